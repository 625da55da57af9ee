/**
 * A process of its own that answers as many devices at 127.0.1.1 … 127.0.1.250: RTSP by the
 * simulator, ONVIF by a few canned answers. Every tenth device thinks for `SLOW_MS` before each
 * answer. Prints `ready RTSP-PORT ONVIF-PORT`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startRtspServer } from '../../src/demo/rtsp-server.ts';

const [mainFile, subFile, slow] = process.argv.slice(2);
const slowMs = Number(slow);
const rtsp = await startRtspServer({ port: 0, host: '0.0.0.0' });
const clip = (width: number, height: number) => ({
  codec: 'h264' as const,
  fps: 15,
  width,
  height,
});
await rtsp.addClip('/main', String(mainFile), clip(640, 360));
await rtsp.addClip('/sub', String(subFile), clip(320, 180));

const profile = (token: string, width: number, height: number) =>
  `<Profiles token="${token}" fixed="true"><Name>${token}</Name><VideoSourceConfiguration token="V"><SourceToken>VS</SourceToken></VideoSourceConfiguration>` +
  `<VideoEncoderConfiguration token="E-${token}"><Encoding>H264</Encoding><Resolution><Width>${width}</Width><Height>${height}</Height></Resolution></VideoEncoderConfiguration></Profiles>`;

const http = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    const address = request.socket.localAddress ?? '127.0.1.1';
    if (Number(address.split('.')[3]) % 10 === 0) await pause(slowMs);
    const body = Buffer.concat(parts).toString('utf8');
    const operation = /Body>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1] ?? '';
    const origin = `http://${address}:${(http.address() as AddressInfo).port}`;
    const answers: Record<string, () => string> = {
      GetSystemDateAndTime: () => {
        const now = new Date();
        return `<SystemDateAndTime><DateTimeType>NTP</DateTimeType><UTCDateTime><Time><Hour>${now.getUTCHours()}</Hour><Minute>${now.getUTCMinutes()}</Minute><Second>${now.getUTCSeconds()}</Second></Time><Date><Year>${now.getUTCFullYear()}</Year><Month>${now.getUTCMonth() + 1}</Month><Day>${now.getUTCDate()}</Day></Date></UTCDateTime></SystemDateAndTime>`;
      },
      GetServices: () =>
        ['ver10/device', 'ver10/media', 'ver10/search']
          .map(
            (name) =>
              `<Service><Namespace>http://www.onvif.org/${name}/wsdl</Namespace><XAddr>${origin}/onvif/${name}</XAddr><Version><Major>2</Major><Minor>60</Minor></Version></Service>`,
          )
          .join(''),
      GetDeviceInformation: () =>
        '<Manufacturer>Trúc Xanh</Manufacturer><Model>TX-1</Model><FirmwareVersion>5.10</FirmwareVersion><SerialNumber>0007</SerialNumber><HardwareId>1</HardwareId>',
      GetProfiles: () => profile('main', 640, 360) + profile('sub', 320, 180),
      GetStreamUri: () =>
        `<MediaUri><Uri>rtsp://${address}:${rtsp.port}/${body.includes('>sub<') ? 'sub' : 'main'}</Uri></MediaUri>`,
      GetRecordingSummary: () =>
        `<Summary><DataFrom>${new Date(Date.now() - 40 * 86_400_000).toISOString()}</DataFrom><DataUntil>${new Date().toISOString()}</DataUntil><NumberRecordings>1</NumberRecordings></Summary>`,
    };
    const answer = answers[operation];
    response.writeHead(answer ? 200 : 500, { 'Content-Type': 'application/soap+xml' });
    response.end(
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${
        answer
          ? `<${operation}Response>${answer()}</${operation}Response>`
          : '<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>no</s:Text></s:Reason></s:Fault>'
      }</s:Body></s:Envelope>`,
    );
  });
});
http.listen(0, '0.0.0.0', () => {
  process.stdout.write(`ready ${rtsp.port} ${(http.address() as AddressInfo).port}\n`);
});
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));

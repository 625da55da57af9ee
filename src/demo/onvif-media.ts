import { escapeXml, type XmlElement } from '../onvif/xml.ts';
import { configurationParts } from './onvif-ptz.ts';
import { type OnvifContext, type OnvifStream, sourceToken } from './onvif-site.ts';
import { SoapRefusal, textAt } from './onvif-soap.ts';

type Operation = (context: OnvifContext, body: XmlElement) => string;

interface Profile {
  readonly token: string;
  readonly name: string;
  readonly place: number;
  readonly stream: OnvifStream;
  readonly steered: boolean;
}

function profilesOf({ site }: OnvifContext): Profile[] {
  return site.cameras.flatMap(({ name, main, sub, ptz }, place) => [
    { token: `Profile_${place + 1}_main`, name, place, stream: main, steered: Boolean(ptz) },
    {
      token: `Profile_${place + 1}_sub`,
      name: `${name} (phụ)`,
      place,
      stream: sub,
      steered: Boolean(ptz),
    },
  ]);
}

/** Media, "ver10/media": its schema has no word for H.265, so it does not list such streams. */
export const mediaOperations: Readonly<Record<string, Operation>> = {
  GetProfiles(context) {
    const list = profilesOf(context)
      .filter(({ stream }) => stream.codec !== 'h265')
      .map(
        (profile) =>
          `<trt:Profiles token="${profile.token}" fixed="true"><tt:Name>${escapeXml(profile.name)}</tt:Name>` +
          `<tt:VideoSourceConfiguration token="VSC_${profile.place + 1}">${source(profile)}</tt:VideoSourceConfiguration>` +
          `<tt:VideoEncoderConfiguration token="VEC_${profile.token}">${encoder(profile)}</tt:VideoEncoderConfiguration>${steering('tt:PTZConfiguration', profile)}</trt:Profiles>`,
      );
    return `<trt:GetProfilesResponse>${list.join('')}</trt:GetProfilesResponse>`;
  },
  GetStreamUri(context, body) {
    const { stream } = asked(context, body, false);
    return (
      `<trt:GetStreamUriResponse><trt:MediaUri><tt:Uri>${escapeXml(context.rtspUrl(stream.path))}</tt:Uri>` +
      '<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout>' +
      '</trt:MediaUri></trt:GetStreamUriResponse>'
    );
  },
  GetSnapshotUri: noSnapshot,
};

/** Media2, "ver20/media". */
export const media2Operations: Readonly<Record<string, Operation>> = {
  GetProfiles(context) {
    const list = profilesOf(context).map(
      (profile) =>
        `<tr2:Profiles token="${profile.token}" fixed="true"><tr2:Name>${escapeXml(profile.name)}</tr2:Name><tr2:Configurations>` +
        `<tr2:VideoSource token="VSC_${profile.place + 1}">${source(profile)}</tr2:VideoSource>` +
        `<tr2:VideoEncoder token="VEC_${profile.token}" GovLength="${profile.stream.gop}" Profile="Main">${encoder2(profile)}</tr2:VideoEncoder>${steering('tr2:PTZ', profile)}` +
        '</tr2:Configurations></tr2:Profiles>',
    );
    return `<tr2:GetProfilesResponse>${list.join('')}</tr2:GetProfilesResponse>`;
  },
  GetStreamUri(context, body) {
    const { stream } = asked(context, body, true);
    return `<tr2:GetStreamUriResponse><tr2:Uri>${escapeXml(context.rtspUrl(stream.path))}</tr2:Uri></tr2:GetStreamUriResponse>`;
  },
  GetSnapshotUri: noSnapshot,
};

function asked(context: OnvifContext, body: XmlElement, h265: boolean): Profile {
  const token = textAt(body, 'ProfileToken');
  const found = profilesOf(context).find((profile) => profile.token === token);
  if (!found || (!h265 && found.stream.codec === 'h265'))
    throw new SoapRefusal(
      'Sender',
      ['ter:InvalidArgVal', 'ter:NoProfile'],
      `There is no profile ${token.slice(0, 80)}`,
    );
  return found;
}

function noSnapshot(context: OnvifContext, body: XmlElement): string {
  asked(context, body, true);
  throw new SoapRefusal(
    'Receiver',
    ['ter:ActionNotSupported', 'ter:NoSnapshot'],
    'The simulator has no still pictures',
  );
}

function source({ place, name }: Profile): string {
  return (
    `<tt:Name>${escapeXml(name)}</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>${sourceToken(place)}</tt:SourceToken>` +
    '<tt:Bounds x="0" y="0" width="1280" height="720"/>'
  );
}

function steering(element: string, { place, steered }: Profile): string {
  if (!steered) return '';
  return `<${element} token="PTZConfig_${place + 1}">${configurationParts(place)}</${element}>`;
}

function encoder({ token, stream }: Profile): string {
  const own =
    stream.codec === 'h264'
      ? `<tt:H264><tt:GovLength>${stream.gop}</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264>`
      : '';
  return (
    `<tt:Name>${token}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${stream.codec === 'mjpeg' ? 'JPEG' : 'H264'}</tt:Encoding>` +
    `${resolution(stream)}<tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>${stream.fps}</tt:FrameRateLimit>` +
    `<tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>${stream.kbps}</tt:BitrateLimit></tt:RateControl>${own}<tt:SessionTimeout>PT60S</tt:SessionTimeout>`
  );
}

function encoder2({ token, stream }: Profile): string {
  const encoding = { h264: 'H264', h265: 'H265', mjpeg: 'JPEG' }[stream.codec];
  return (
    `<tt:Name>${token}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>${encoding}</tt:Encoding>${resolution(stream)}` +
    `<tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>${stream.fps}</tt:FrameRateLimit><tt:BitrateLimit>${stream.kbps}</tt:BitrateLimit></tt:RateControl><tt:Quality>4</tt:Quality>`
  );
}

function resolution({ width, height }: OnvifStream): string {
  return `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>`;
}

import { expect, test } from 'vitest';
import type { EventsService } from '../../../src/onvif/events.types.ts';
import type { PtzService } from '../../../src/onvif/ptz.types.ts';
import type { SearchService } from '../../../src/onvif/recording.types.ts';
import { connectedTo, soapPeer } from '../../support/onvif-connection.ts';
import { fault, type SoapPeer } from '../../support/soap-peer.ts';

async function ptzOf(peer: SoapPeer): Promise<PtzService> {
  return (await connectedTo(peer)).ptz as PtzService;
}
async function eventsOf(peer: SoapPeer): Promise<EventsService> {
  return (await connectedTo(peer)).events as EventsService;
}
async function searchOf(peer: SoapPeer): Promise<SearchService> {
  return (await connectedTo(peer)).search as SearchService;
}

test('quirk 16: Stop is ignored by some, so zero velocity follows it', async () => {
  const peer = await soapPeer();
  peer.on('Stop', () => '<r/>').on('ContinuousMove', () => '<r/>');
  const ptz = await ptzOf(peer);
  await ptz.continuousMove('P <1>', { pan: 0.5, tilt: -0.25 }, 10_000);
  await ptz.halt('P <1>');
  const [move, zero] = peer.asked('ContinuousMove');
  expect(move?.body).toContain(
    '<ProfileToken>P &lt;1&gt;</ProfileToken><Velocity><tt:PanTilt x="0.5" y="-0.25"/></Velocity><Timeout>PT10S</Timeout>',
  );
  expect(zero?.body).toContain('<tt:PanTilt x="0" y="0"/><tt:Zoom x="0"/>');
  expect(peer.asked('Stop')[0]?.body).toContain('<PanTilt>true</PanTilt><Zoom>true</Zoom>');
});

test('quirk 16: a halt succeeds where one of the two does, and fails where none does', async () => {
  const peer = await soapPeer();
  const ptz = await ptzOf(peer);
  peer.on('Stop', () => fault('ActionNotSupported', 'no')).on('ContinuousMove', () => '<r/>');
  await ptz.halt('p');
  peer.on('Stop', () => '<r/>').on('ContinuousMove', () => fault('InvalidVelocity', 'no zoom'));
  await ptz.halt('p');
  // Once more without zoom, for cameras that have none.
  expect(peer.asked('ContinuousMove').at(-1)?.body).not.toContain('Zoom');
  peer.on('Stop', () => fault('InvalidArgVal', 'no'));
  await expect(ptz.halt('p')).rejects.toMatchObject({ code: 'onvif.fault' });
});

test('quirk 16: no GetStatus', async () => {
  const ptz = await ptzOf(await soapPeer());
  expect(await ptz.status('p')).toBeNull();
});

test('quirk 16: a status with half of it missing', async () => {
  const peer = await soapPeer();
  peer.on(
    'GetStatus',
    () =>
      '<r><PTZStatus><tt:Position><tt:PanTilt x="-0.125" y="nan"/></tt:Position><tt:MoveStatus><tt:PanTilt>MOVING</tt:PanTilt></tt:MoveStatus><tt:Error>NO error</tt:Error><tt:UtcTime>2021-06-01-12:00:00Z</tt:UtcTime></PTZStatus></r>',
  );
  expect(await (await ptzOf(peer)).status('p')).toEqual({
    pan: -0.125,
    tilt: null,
    zoom: null,
    moving: true,
    error: '',
    at: Date.UTC(2021, 5, 1, 12),
  });
});

test('quirk 16: no absolute move, no home: told by the node, and by the answer', async () => {
  const peer = await soapPeer();
  peer.on(
    'GetNodes',
    () =>
      '<r><PTZNode token="007" FixedHomePosition="true"><tt:Name>Cổng</tt:Name><tt:SupportedPTZSpaces><tt:ContinuousPanTiltVelocitySpace/><tt:ContinuousZoomVelocitySpace/></tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>128</tt:MaximumNumberOfPresets><tt:HomeSupported>false</tt:HomeSupported><tt:AuxiliaryCommands>tt:Wiper|On</tt:AuxiliaryCommands></PTZNode></r>',
  );
  const ptz = await ptzOf(peer);
  expect(await ptz.nodes()).toEqual([
    {
      token: '007',
      name: 'Cổng',
      abilities: { continuous: true, absolute: false, relative: false, zoom: true },
      spaces: [
        { move: 'continuous', axis: 'pan-tilt', uri: '', x: null, y: null },
        { move: 'continuous', axis: 'zoom', uri: '', x: null, y: null },
      ],
      home: false,
      fixedHome: true,
      maxPresets: 128,
      maxTours: 0,
      auxiliaries: ['tt:Wiper|On'],
    },
  ]);
  await expect(ptz.gotoHome('p')).rejects.toMatchObject({ code: 'onvif.unsupported' });
  await expect(ptz.absoluteMove('p', { pan: 2, zoom: -1 })).rejects.toMatchObject({
    code: 'onvif.unsupported',
  });
  // Out of range never reaches the device.
  expect(peer.asked('AbsoluteMove')[0]?.body).toContain(
    '<tt:PanTilt x="1" y="0"/><tt:Zoom x="0"/>',
  );
});

test('quirk 16: preset tokens are any text and come back unchanged', async () => {
  const peer = await soapPeer();
  peer.on(
    'GetPresets',
    () =>
      '<r><Preset token="{4F-1} &amp; a"><tt:Name>Cửa</tt:Name></Preset><Preset token="0001"><tt:PTZPosition><tt:Zoom x="0.5"/></tt:PTZPosition></Preset><Preset><tt:Name>none</tt:Name></Preset></r>',
  );
  peer
    .on('GotoPreset', () => '<r/>')
    .on('SetPreset', () => '<r><PresetToken>0009</PresetToken></r>');
  const ptz = await ptzOf(peer);
  const presets = await ptz.presets('p');
  expect(presets).toEqual([
    { token: '{4F-1} & a', name: 'Cửa', position: null },
    { token: '0001', name: '', position: { zoom: 0.5 } },
  ]);
  await ptz.gotoPreset('p', presets[0]!.token);
  expect(peer.asked('GotoPreset')[0]?.body).toContain('<PresetToken>{4F-1} &amp; a</PresetToken>');
  expect(await ptz.setPreset('p', 'Sân')).toBe('0009');
});

test('preset tours: made, filled, started', async () => {
  const peer = await soapPeer();
  peer
    .on('CreatePresetTour', () => '<r><PresetTourToken>T1</PresetTourToken></r>')
    .on('ModifyPresetTour', () => '<r/>')
    .on('OperatePresetTour', () => '<r/>')
    .on(
      'GetPresetTours',
      () =>
        '<r><PresetTour token="T1"><tt:Name>Đêm</tt:Name><tt:Status><tt:State>Idle</tt:State></tt:Status><tt:TourSpot><tt:PresetDetail><tt:PresetToken>0001</tt:PresetToken></tt:PresetDetail><tt:StayTime>PT20S</tt:StayTime></tt:TourSpot></PresetTour></r>',
    );
  const ptz = await ptzOf(peer);
  const tour = { name: 'Đêm', spots: [{ preset: '0001', stayMs: 20_000 }] };
  expect(await ptz.saveTour('p', tour, null)).toBe('T1');
  expect(peer.asked('ModifyPresetTour')[0]?.body).toContain('<tt:StayTime>PT20S</tt:StayTime>');
  await ptz.operateTour('p', 'T1', 'Start');
  expect(await ptz.tours('p')).toEqual([{ token: 'T1', state: 'Idle', ...tour }]);
});

function withPullPoint(peer: SoapPeer): SoapPeer {
  return peer.on(
    'CreatePullPointSubscription',
    (_call, of) =>
      `<r><SubscriptionReference><wsa5:Address>${of.origin}/onvif/sub?Idx=6</wsa5:Address>` +
      '<wsa5:ReferenceParameters><v:Id xmlns:v="urn:v">9</v:Id></wsa5:ReferenceParameters></SubscriptionReference>' +
      '<wsnt:CurrentTime>1970-01-01T00:00:10Z</wsnt:CurrentTime><wsnt:TerminationTime>1970-01-01T00:01:10Z</wsnt:TerminationTime></r>',
  );
}

test('quirk 17: events with vendor prefixes, by reference parameters', async () => {
  const peer = withPullPoint(await soapPeer());
  peer.on(
    'PullMessages',
    () =>
      '<r><wsnt:NotificationMessage><wsnt:Topic>tns1:Device/tnsx:Trigger/Relay</wsnt:Topic><wsnt:Message><tt:Message UtcTime="2021-06-01-12:00:00Z" PropertyOperation="Changed"><tt:Data><tt:SimpleItem Name="LogicalState" Value="true"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage></r>',
  );
  const point = await (await eventsOf(peer)).createPullPoint({ keepMs: 60_000 });
  // By our clock, though the device believes it is 1970.
  expect(Math.abs(point.endsAt - Date.now() - 60_000)).toBeLessThan(5_000);
  expect(await point.pull({ waitMs: 1_000 })).toEqual([
    {
      topic: 'tns1:Device/tnsx:Trigger/Relay',
      path: 'Device/Trigger/Relay',
      at: Date.UTC(2021, 5, 1, 12),
      operation: 'Changed',
      source: {},
      key: {},
      data: { LogicalState: 'true' },
    },
  ]);
  expect(peer.asked('PullMessages')[0]?.body).toContain('<v:Id xmlns:v="urn:v">9</v:Id>');
  await point.unsubscribe();
  expect(peer.asked('Unsubscribe')[0]?.path).toBe('/onvif/sub?Idx=6');
});

test('quirk 17: no subscription is left', async () => {
  const peer = await soapPeer();
  peer.on('CreatePullPointSubscription', () =>
    fault('', 'Maximum number of pull points reached', { status: 500 }),
  );
  await expect((await eventsOf(peer)).createPullPoint()).rejects.toMatchObject({
    code: 'onvif.limit',
  });
});

test('quirk 17: renewal is refused, or taken', async () => {
  const peer = withPullPoint(await soapPeer());
  const point = await (await eventsOf(peer)).createPullPoint();
  expect(await point.renew()).toBe(false);
  peer.on('Renew', () => '<r><wsnt:TerminationTime>garbage</wsnt:TerminationTime></r>');
  expect(await point.renew(120_000)).toBe(true);
  expect(point.endsAt - Date.now()).toBeGreaterThan(100_000);
});

test.each([
  ['a Fault', () => fault('ResourceUnknownFault', 'gone', { status: 500 })],
  ['a 404', () => ({ status: 404, raw: '' })],
])('quirk 17: the device forgot the subscription and says so by %s', async (_what, reply) => {
  const peer = withPullPoint(await soapPeer());
  const point = await (await eventsOf(peer)).createPullPoint();
  peer.on('PullMessages', reply);
  await expect(point.pull()).rejects.toMatchObject({ code: 'onvif.gone' });
});

test('quirk 17: a device that does not wait is not asked without a pause', async () => {
  const peer = withPullPoint(await soapPeer());
  peer.on('PullMessages', () => '<r/>');
  const point = await (await eventsOf(peer)).createPullPoint();
  const started = performance.now();
  await point.pull({ waitMs: 400 });
  expect(performance.now() - started).toBeGreaterThan(300);
});

const recording = (token: string, earliest: string, latest: string, tracks = '') =>
  `<tt:RecordingInformation><tt:RecordingToken>${token}</tt:RecordingToken><tt:Source><tt:SourceId>S${token}</tt:SourceId><tt:Name>Kênh ${token}</tt:Name></tt:Source><tt:EarliestRecording>${earliest}</tt:EarliestRecording><tt:LatestRecording>${latest}</tt:LatestRecording>${tracks}<tt:RecordingStatus>Recording</tt:RecordingStatus></tt:RecordingInformation>`;
const june = (day: number) => Date.UTC(2021, 5, day);

function withSearch(peer: SoapPeer, ...rounds: string[]): SoapPeer {
  let round = 0;
  return peer
    .on('FindRecordings', () => '<r><SearchToken>42</SearchToken></r>')
    .on('EndSearch', () => '<r/>')
    .on('GetRecordingSearchResults', () => {
      const items = rounds[Math.min(round, rounds.length - 1)];
      round += 1;
      const state = round >= rounds.length ? 'Completed' : 'Searching';
      return `<r><ResultList><tt:SearchState>${state}</tt:SearchState>${items}</ResultList></r>`;
    });
}

test('a summary that can be believed', async () => {
  const peer = await soapPeer();
  peer.on(
    'GetRecordingSummary',
    () =>
      '<r><Summary><tt:DataFrom>2021-06-01T00:00:00Z</tt:DataFrom><tt:DataUntil>2021-06-30-00:00:00Z</tt:DataUntil><tt:NumberRecordings>4</tt:NumberRecordings></Summary></r>',
  );
  const search = await searchOf(peer);
  expect(await search.extent()).toEqual({ oldest: june(1), newest: june(30), source: 'summary' });
  expect(peer.asked('FindRecordings')).toEqual([]);
});

test('quirk 18: the summary begins in 1970, the search knows better', async () => {
  const track =
    '<tt:Track><tt:TrackToken>V</tt:TrackToken><tt:TrackType>Video</tt:TrackType><tt:DataFrom>2021-06-03T00:00:00Z</tt:DataFrom><tt:DataTo>2021-06-20T00:00:00Z</tt:DataTo></tt:Track>';
  const peer = withSearch(
    await soapPeer(),
    recording('1', '1970-01-01T00:00:00Z', '2021-06-20T00:00:00Z', track),
    recording('2', '2021-06-05T00:00:00Z', '2021-06-21T00:00:00Z'),
  );
  peer.on(
    'GetRecordingSummary',
    () =>
      '<r><Summary><tt:DataFrom>1970-01-01T00:00:00Z</tt:DataFrom><tt:DataUntil>2021-06-30T00:00:00Z</tt:DataUntil></Summary></r>',
  );
  const search = await searchOf(peer);
  expect(await search.extent()).toEqual({ oldest: june(3), newest: june(21), source: 'search' });
  expect(peer.asked('EndSearch')).toHaveLength(1);
});

test('quirk 18: no summary, then a search; and nothing recorded', async () => {
  const peer = withSearch(await soapPeer(), '');
  const search = await searchOf(peer);
  expect(await search.summary()).toBeNull();
  expect(await search.extent()).toBeNull();
});

test('a search that never completes, or fails half way, is ended', async () => {
  const peer = await soapPeer();
  peer
    .on('FindRecordings', () => '<r><SearchToken>42</SearchToken></r>')
    .on('EndSearch', () => '<r/>')
    .on(
      'GetRecordingSearchResults',
      () => '<r><ResultList><tt:SearchState>Searching</tt:SearchState></ResultList></r>',
    );
  const search = await searchOf(peer);
  expect(await search.recordings()).toEqual([]);
  expect(peer.asked('EndSearch')).toHaveLength(1);
  peer.on('GetRecordingSearchResults', () => fault('InvalidToken', 'no'));
  await expect(search.recordings()).rejects.toMatchObject({ code: 'onvif.fault' });
  expect(peer.asked('EndSearch')).toHaveLength(2);
});

test('recorded events', async () => {
  const peer = await soapPeer();
  peer
    .on('FindEvents', () => '<r><SearchToken>7</SearchToken></r>')
    .on('EndSearch', () => '<r/>')
    .on(
      'GetEventSearchResults',
      () =>
        '<r><ResultList><tt:SearchState>Completed</tt:SearchState><tt:Result><tt:RecordingToken>1</tt:RecordingToken><tt:TrackToken>V</tt:TrackToken><tt:Time>2021-06-01T00:00:00Z</tt:Time><tt:Event><wsnt:Topic>tns1:RecordingHistory/Track/State</wsnt:Topic><wsnt:Message><tt:Message><tt:Data><tt:SimpleItem Name="IsDataPresent" Value="false"/></tt:Data></tt:Message></wsnt:Message></tt:Event></tt:Result></ResultList></r>',
    );
  expect(await (await searchOf(peer)).events(june(1), june(2), { recordings: ['1'] })).toEqual([
    {
      recording: '1',
      track: 'V',
      at: june(1),
      topic: 'tns1:RecordingHistory/Track/State',
      data: { IsDataPresent: 'false' },
    },
  ]);
  expect(peer.asked('FindEvents')[0]?.body).toContain(
    '<StartPoint>2021-06-01T00:00:00.000Z</StartPoint>',
  );
});

test('quirk 18: one replay at a time, in turn', async () => {
  const device = await connectedTo(await soapPeer());
  const order: string[] = [];
  const first = await device.replay!.takeTurn();
  const giveUp = new AbortController();
  const second = device.replay!.takeTurn(giveUp.signal).catch((error) => {
    order.push(error.code);
  });
  const third = device.replay!.takeTurn().then((done) => {
    order.push('third');
    done();
  });
  giveUp.abort();
  await second;
  order.push('first ends');
  first();
  await third;
  expect(order).toEqual(['net.closed', 'first ends', 'third']);
});

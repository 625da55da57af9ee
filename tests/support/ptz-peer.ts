import {
  fault,
  SoapPeer,
  type SoapPeerOptions,
  type SoapReply,
  servicesAnswer,
} from './soap-peer.ts';

/**
 * A PTZ camera that really moves: it keeps a position over time and goes on until it is stopped. Each
 * fault of quirk 16 is a switch. What came in, and when, is its own log.
 */
export interface PtzFaults {
  /** It never stops by itself. */
  timeoutIgnored?: boolean;
  stopIgnored?: boolean;
  /** A ContinuousMove with nothing but zeros changes nothing. */
  zeroIgnored?: boolean;
  /** Every PTZ command is answered, and done, so many ms later. */
  slowMs?: number;
  noStatus?: boolean;
  noAbsolute?: boolean;
  noRelative?: boolean;
  noHome?: boolean;
  /** Answers no PTZ command at all and does nothing. */
  hangs?: boolean;
  /** Takes a ContinuousMove, does it, and never answers. */
  moveHangs?: boolean;
  /** Every second ContinuousMove is refused while it moves. */
  busy?: boolean;
  /** A ContinuousMove is done only so many ms after it came, later than a Stop that came after it. */
  moveLateMs?: number;
  /** Says MOVING for ever. */
  alwaysMoving?: boolean;
  presetsUnnamed?: boolean;
}

export interface PtzEvent {
  /** `performance.now()`. */
  readonly at: number;
  readonly what: 'move' | 'zero' | 'stop' | 'goto' | 'other';
  readonly operation: string;
}

interface Velocity {
  pan: number;
  tilt: number;
  zoom: number;
}

const still: Velocity = { pan: 0, tilt: 0, zoom: 0 };
/** Of each axis a second at full speed. */
const fullSpeed = 0.5;

export class PtzPeer {
  readonly soap: SoapPeer;
  readonly events: PtzEvent[] = [];
  readonly presets = new Map<string, { name: string; at: Velocity }>();
  readonly tours = new Map<string, { name: string; spots: string[]; state: string }>();
  faults: PtzFaults;
  maxTours = 0;
  viewSpace = false;
  focus = 0;
  focusMode = 'AUTO';
  iris: number | null = null;
  auxiliary: string[] = [];
  #at: Velocity = { ...still };
  #velocity: Velocity = { ...still };
  #goal: Velocity | null = null;
  #since = performance.now();
  #until = Number.POSITIVE_INFINITY;
  #home: Velocity = { ...still };
  #moves = 0;

  constructor(faults: PtzFaults = {}, options: SoapPeerOptions = {}) {
    this.faults = faults;
    this.soap = new SoapPeer(options);
    this.#answerAll();
  }

  async listen(): Promise<this> {
    await this.soap.listen();
    return this;
  }

  close(): Promise<void> {
    return this.soap.close();
  }

  get position(): Velocity {
    this.#tick();
    return { ...this.#at };
  }

  get moving(): boolean {
    this.#tick();
    return this.#goal !== null || Object.values(this.#velocity).some((speed) => speed !== 0);
  }

  get lensMoving(): boolean {
    return this.focus !== 0;
  }

  count(what: PtzEvent['what']): number {
    return this.events.filter((event) => event.what === what).length;
  }

  last(what: PtzEvent['what']): PtzEvent | undefined {
    return this.events.findLast((event) => event.what === what);
  }

  #tick(): void {
    const now = performance.now();
    const end = this.faults.timeoutIgnored ? now : Math.min(now, this.#until);
    const seconds = Math.max(0, end - this.#since) / 1000;
    for (const axis of ['pan', 'tilt', 'zoom'] as const) {
      const [least, most] = axis === 'zoom' ? [0, 1] : [-1, 1];
      if (this.#goal) {
        const way = this.#goal[axis] - this.#at[axis];
        this.#at[axis] += Math.sign(way) * Math.min(Math.abs(way), seconds * fullSpeed * 4);
      } else {
        const next = this.#at[axis] + this.#velocity[axis] * seconds * fullSpeed;
        // Pan turns all round, so that a runaway never comes to an end.
        this.#at[axis] =
          axis === 'pan' ? ((next + 3) % 2) - 1 : Math.max(least, Math.min(most, next));
      }
    }
    this.#since = now;
    const goal = this.#goal;
    const isThere =
      goal &&
      (Object.keys(goal) as (keyof Velocity)[]).every((axis) => goal[axis] === this.#at[axis]);
    if (isThere) this.#goal = null;
    if (!this.faults.timeoutIgnored && now >= this.#until) this.#velocity = { ...still };
  }

  #drive(velocity: Velocity, timeoutMs: number): void {
    this.#tick();
    this.#goal = null;
    this.#velocity = velocity;
    this.#until = performance.now() + timeoutMs;
  }

  #goTo(goal: Partial<Velocity>): void {
    this.#tick();
    this.#velocity = { ...still };
    this.#goal = { ...this.#at, ...goal };
  }

  #note(operation: string, what: PtzEvent['what']): void {
    this.events.push({ at: performance.now(), what, operation });
  }

  #answerAll(): void {
    const { soap } = this;
    const { faults } = { faults: () => this.faults };
    const token = (body: string, name: string) =>
      unescaped(new RegExp(`<${name}>([^<]*)</${name}>`).exec(body)?.[1] ?? '');
    const vector = (body: string, element: string): Partial<Velocity> => {
      const part = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(body)?.[1] ?? '';
      const turn = /<tt:PanTilt x="([^"]+)" y="([^"]+)"/.exec(part);
      const zoom = /<tt:Zoom x="([^"]+)"/.exec(part);
      return {
        ...(turn ? { pan: Number(turn[1]), tilt: Number(turn[2]) } : {}),
        ...(zoom ? { zoom: Number(zoom[1]) } : {}),
      };
    };
    const later = (reply: SoapReply | string): SoapReply => {
      const whole = typeof reply === 'string' ? { body: reply } : reply;
      if (faults().hangs) return { ...whole, silent: true };
      return faults().slowMs ? { ...whole, delayMs: faults().slowMs as number } : whole;
    };
    const soon = (work: () => void) => {
      const { hangs, slowMs = 0 } = faults();
      if (hangs) return;
      if (slowMs === 0) work();
      else setTimeout(work, slowMs);
    };
    const ok = (operation: string) => later(`<${operation}Response/>`);

    soap.on('GetServices', (_call, peer) =>
      servicesAnswer(peer.advertised, [
        'ver10/device',
        'ver10/media',
        'ver20/ptz',
        'ver20/imaging',
      ]),
    );
    soap.on(
      'GetProfiles',
      () =>
        '<trt:GetProfilesResponse><trt:Profiles token="{hồ sơ-1}" fixed="true"><tt:Name>Chính</tt:Name>' +
        '<tt:VideoSourceConfiguration token="vsc"><tt:Name>v</tt:Name><tt:SourceToken>ống kính 0</tt:SourceToken></tt:VideoSourceConfiguration>' +
        '<tt:PTZConfiguration token="ptz0"><tt:Name>p</tt:Name><tt:NodeToken>nút-A</tt:NodeToken></tt:PTZConfiguration>' +
        '</trt:Profiles></trt:GetProfilesResponse>',
    );
    soap.on('GetNodes', () => {
      const { noAbsolute, noRelative, noHome } = faults();
      const space = (name: string, uri: string) =>
        `<tt:${name}><tt:URI>http://www.onvif.org/ver10/tptz/${uri}</tt:URI><tt:XRange><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:XRange></tt:${name}>`;
      const spaces = [
        noAbsolute
          ? ''
          : space('AbsolutePanTiltPositionSpace', 'PanTiltSpaces/PositionGenericSpace') +
            space('AbsoluteZoomPositionSpace', 'ZoomSpaces/PositionGenericSpace'),
        noRelative
          ? ''
          : space('RelativePanTiltTranslationSpace', 'PanTiltSpaces/TranslationGenericSpace') +
            space('RelativeZoomTranslationSpace', 'ZoomSpaces/TranslationGenericSpace'),
        this.viewSpace
          ? space('RelativePanTiltTranslationSpace', 'PanTiltSpaces/TranslationSpaceFov')
          : '',
        space('ContinuousPanTiltVelocitySpace', 'PanTiltSpaces/VelocityGenericSpace'),
        space('ContinuousZoomVelocitySpace', 'ZoomSpaces/VelocityGenericSpace'),
      ].join('');
      const tours = this.maxTours
        ? `<tt:Extension><tt:SupportedPresetTour><tt:MaximumNumberOfPresetTours>${this.maxTours}</tt:MaximumNumberOfPresetTours></tt:SupportedPresetTour></tt:Extension>`
        : '';
      return `<r><PTZNode token="nút-A"><tt:Name>n</tt:Name><tt:SupportedPTZSpaces>${spaces}</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>8</tt:MaximumNumberOfPresets><tt:HomeSupported>${!noHome}</tt:HomeSupported><tt:AuxiliaryCommands>tt:Wiper|On</tt:AuxiliaryCommands>${tours}</PTZNode></r>`;
    });
    soap.on('GetStatus', () => {
      if (faults().noStatus) return fault('ActionNotSupported', 'none', { status: 500 });
      const { pan, tilt, zoom } = this.position;
      const state = this.moving || faults().alwaysMoving ? 'MOVING' : 'IDLE';
      return later(
        `<r><PTZStatus><tt:Position><tt:PanTilt x="${pan.toFixed(5)}" y="${tilt.toFixed(5)}"/><tt:Zoom x="${zoom.toFixed(5)}"/></tt:Position>` +
          `<tt:MoveStatus><tt:PanTilt>${state}</tt:PanTilt><tt:Zoom>${state}</tt:Zoom></tt:MoveStatus></PTZStatus></r>`,
      );
    });
    soap.on('ContinuousMove', ({ body }) => {
      const speed = { ...still, ...vector(body, 'Velocity') };
      const isZero = Object.values(speed).every((one) => one === 0);
      this.#note('ContinuousMove', isZero ? 'zero' : 'move');
      if (isZero) {
        if (!faults().zeroIgnored) soon(() => this.#drive(speed, Number.POSITIVE_INFINITY));
        return ok('ContinuousMove');
      }
      this.#moves += 1;
      if (faults().busy && this.#moves % 2 === 0) {
        return later(fault('Action', 'PTZ busy', { inner: 'PTZIsMoving' }));
      }
      const seconds = Number(/PT([\d.]+)S/.exec(body)?.[1] ?? 60);
      const drive = () => this.#drive(speed, seconds * 1000);
      const late = faults().moveLateMs;
      if (late) {
        setTimeout(drive, late);
        return { body: '<r/>', delayMs: late };
      }
      if (faults().moveHangs) {
        drive();
        return { silent: true };
      }
      soon(drive);
      return ok('ContinuousMove');
    });
    soap.on('Stop', ({ path }) => {
      if (path.includes('imaging')) {
        this.focus = 0;
        return '<r/>';
      }
      this.#note('Stop', 'stop');
      if (!faults().stopIgnored) soon(() => this.#drive({ ...still }, Number.POSITIVE_INFINITY));
      return ok('Stop');
    });
    soap.on('AbsoluteMove', ({ body }) => {
      if (faults().noAbsolute) return fault('ActionNotSupported', 'no', { status: 500 });
      this.#note('AbsoluteMove', 'goto');
      soon(() => this.#goTo(vector(body, 'Position')));
      return ok('AbsoluteMove');
    });
    soap.on('RelativeMove', ({ body }) => {
      if (faults().noRelative && !this.viewSpace) {
        return fault('ActionNotSupported', 'no', { status: 500 });
      }
      this.#note('RelativeMove', 'goto');
      const by = vector(body, 'Translation');
      const now = this.position;
      const to: Partial<Velocity> = {};
      for (const axis of Object.keys(by) as (keyof Velocity)[])
        to[axis] = now[axis] + (by[axis] ?? 0);
      soon(() => this.#goTo(to));
      return ok('RelativeMove');
    });
    soap.on('GetPresets', () => {
      const list = [...this.presets].map(
        ([key, { name }]) =>
          `<Preset token="${escapedText(key)}">${faults().presetsUnnamed ? '' : `<tt:Name>${escapedText(name)}</tt:Name>`}</Preset>`,
      );
      return later(`<r>${list.join('')}</r>`);
    });
    soap.on('SetPreset', ({ body }) => {
      const key = token(body, 'PresetToken') || `{đặt-${this.presets.size + 1}}`;
      this.presets.set(key, { name: token(body, 'PresetName'), at: this.position });
      return `<r><PresetToken>${escapedText(key)}</PresetToken></r>`;
    });
    soap.on('RemovePreset', ({ body }) => {
      this.presets.delete(token(body, 'PresetToken'));
      return '<r/>';
    });
    soap.on('GotoPreset', ({ body }) => {
      const preset = this.presets.get(token(body, 'PresetToken'));
      if (!preset) return fault('InvalidArgVal', 'no such preset', { inner: 'NoToken' });
      this.#note('GotoPreset', 'goto');
      soon(() => this.#goTo(preset.at));
      return ok('GotoPreset');
    });
    soap.on('GotoHomePosition', () => {
      if (faults().noHome) return fault('ActionNotSupported', 'no', { status: 500 });
      this.#note('GotoHomePosition', 'goto');
      soon(() => this.#goTo(this.#home));
      return ok('GotoHomePosition');
    });
    soap.on('SetHomePosition', () => {
      this.#home = this.position;
      return '<r/>';
    });
    soap.on('SendAuxiliaryCommand', ({ body }) => {
      this.auxiliary.push(token(body, 'AuxiliaryData'));
      return '<r/>';
    });
    soap.on('GetPresetTours', () => {
      const list = [...this.tours].map(
        ([key, { name, spots, state }]) =>
          `<PresetTour token="${escapedText(key)}"><tt:Name>${escapedText(name)}</tt:Name><tt:Status><tt:State>${state}</tt:State></tt:Status>${spots
            .map(
              (spot) =>
                `<tt:TourSpot><tt:PresetDetail><tt:PresetToken>${escapedText(spot)}</tt:PresetToken></tt:PresetDetail></tt:TourSpot>`,
            )
            .join('')}</PresetTour>`,
      );
      return `<r>${list.join('')}</r>`;
    });
    soap.on('CreatePresetTour', () => {
      const key = `tour-${this.tours.size + 1}`;
      this.tours.set(key, { name: '', spots: [], state: 'Idle' });
      return `<r><PresetTourToken>${key}</PresetTourToken></r>`;
    });
    soap.on('ModifyPresetTour', ({ body }) => {
      const key = unescaped(/<PresetTour token="([^"]*)"/.exec(body)?.[1] ?? '');
      const spots = [...body.matchAll(/<tt:PresetToken>([^<]*)</g)].map((match) =>
        unescaped(match[1] ?? ''),
      );
      this.tours.set(key, {
        name: unescaped(/<tt:Name>([^<]*)</.exec(body)?.[1] ?? ''),
        spots,
        state: 'Idle',
      });
      return '<r/>';
    });
    soap.on('OperatePresetTour', ({ body }) => {
      const tour = this.tours.get(token(body, 'PresetTourToken'));
      if (tour) tour.state = token(body, 'Operation') === 'Start' ? 'Touring' : 'Idle';
      return '<r/>';
    });
    soap.on('RemovePresetTour', ({ body }) => {
      this.tours.delete(token(body, 'PresetTourToken'));
      return '<r/>';
    });
    soap.on(
      'GetMoveOptions',
      () =>
        '<r><MoveOptions><tt:Continuous><tt:Speed><tt:Min>-1</tt:Min><tt:Max>1</tt:Max></tt:Speed></tt:Continuous></MoveOptions></r>',
    );
    soap.on(
      'GetOptions',
      () =>
        '<r><ImagingOptions><tt:Exposure><tt:Iris><tt:Min>0</tt:Min><tt:Max>20</tt:Max></tt:Iris></tt:Exposure></ImagingOptions></r>',
    );
    soap.on(
      'GetImagingSettings',
      () =>
        `<r><ImagingSettings><tt:Exposure><tt:Mode>${this.iris === null ? 'AUTO' : 'MANUAL'}</tt:Mode>${this.iris === null ? '' : `<tt:Iris>${this.iris}</tt:Iris>`}</tt:Exposure></ImagingSettings></r>`,
    );
    soap.on('SetImagingSettings', ({ body }) => {
      const mode = /<tt:AutoFocusMode>(\w+)</.exec(body)?.[1];
      if (mode) this.focusMode = mode;
      if (body.includes('<tt:Exposure>')) {
        const iris = /<tt:Iris>([\d.]+)</.exec(body)?.[1];
        this.iris = iris === undefined ? null : Number(iris);
      }
      return '<r/>';
    });
    soap.on('Move', ({ body }) => {
      this.focus = Number(/<tt:Speed>([-\d.]+)</.exec(body)?.[1] ?? 0);
      return '<r/>';
    });
  }
}

function escapedText(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function unescaped(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)))
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&');
}

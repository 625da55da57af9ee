import { useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { connectedPads } from '../../stores/ptz/joystick-poll.ts';
import {
  type AxesSeen,
  axisAmount,
  type ButtonAct,
  buttonActs,
  defaultProfile,
  forgetProfile,
  type JoystickAxis,
  type JoystickProfile,
  joystickAxes,
  loadProfile,
  type PadState,
  padVelocity,
  saveProfile,
  seeAxes,
  withCentre,
  withRange,
} from '../../stores/ptz/joystick-profile.ts';
import { Check, Choice, type Option } from '../manage/fields.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { useProduct, useWords } from '../product.tsx';

const centreMs = 1200;

/** Shows what a joystick says and keeps what it means. The camera does not move meanwhile. */
export function JoystickDialog() {
  const { ptz } = useProduct();
  const p = useWords().in('ptz');
  const pads = usePads();
  const [chosen, setChosen] = useState<number | null>(null);
  const pad = pads.find(({ index }) => index === chosen) ?? pads[0];
  const close = () => ptz.change({ calibrating: false });
  return (
    <RoomDialog title={p('joystick.title')} wide onClose={close}>
      {pad ? (
        <>
          {pads.length > 1 ? (
            <Choice
              label={p('joystick.device')}
              value={String(pad.index)}
              options={pads.map(({ index, id }) => ({ value: String(index), text: id }))}
              onChange={(value) => setChosen(Number(value))}
            />
          ) : (
            <p className="joystick-id">{pad.id}</p>
          )}
          <Calibration key={`${pad.index} ${pad.id}`} pad={pad} onClose={close} />
        </>
      ) : (
        <div className="blank" role="status">
          <h3>{p('joystick.none')}</h3>
          <p>{p('joystick.noneHelp')}</p>
        </div>
      )}
    </RoomDialog>
  );
}

/** The joysticks as of the last drawing. A plain copy: a `Gamepad` may change in the hand. */
function usePads(): readonly PadState[] {
  const [pads, setPads] = useState<readonly PadState[]>([]);
  useEffect(() => {
    let frame = 0;
    let before = '';
    const look = () => {
      const now = connectedPads().map(({ id, index, mapping, axes, buttons }) => ({
        id,
        index,
        mapping,
        axes: [...axes],
        buttons: buttons.map(({ pressed, value }) => ({ pressed, value })),
      }));
      const text = JSON.stringify(now);
      if (text !== before) setPads(now);
      before = text;
      frame = requestAnimationFrame(look);
    };
    look();
    return () => cancelAnimationFrame(frame);
  }, []);
  return pads;
}

function Calibration({ pad, onClose }: { pad: PadState; onClose: () => void }) {
  const words = useWords();
  const p = words.in('ptz');
  const [profile, setProfile] = useState(() => loadProfile(localStorage, pad));
  const [measuring, setMeasuring] = useState<'centre' | 'range' | null>(null);
  const [saved, setSaved] = useState<'no' | 'yes' | 'failed'>('no');
  const seen = useRef<AxesSeen | null>(null);
  const change = (next: JoystickProfile) => {
    setProfile(next);
    setSaved('no');
  };
  useEffect(() => {
    if (measuring !== null) seen.current = seeAxes(seen.current, pad.axes);
  }, [measuring, pad]);
  useEffect(() => {
    if (measuring !== 'centre') return;
    const timer = setTimeout(() => {
      const { current } = seen;
      if (current) setProfile((before) => withCentre(before, current));
      setMeasuring(null);
    }, centreMs);
    return () => clearTimeout(timer);
  }, [measuring]);
  const start = (what: 'centre' | 'range') => {
    seen.current = seeAxes(null, pad.axes);
    setSaved('no');
    setMeasuring(what);
  };
  const endRange = () => {
    if (seen.current) change(withRange(profile, seen.current));
    setMeasuring(null);
  };
  const speeds = padVelocity(pad, profile);
  return (
    <div className="joystick">
      <section className="joystick-live">
        <h3>{p('joystick.live')}</h3>
        <svg
          className="joystick-plot"
          viewBox="-110 -110 220 220"
          role="img"
          aria-label={p('joystick.plot')}
        >
          <circle r="100" data-part="edge" />
          <circle r={profile.deadZone * 100} data-part="dead" />
          <path d="M-100 0H100M0-100V100" />
          <circle
            cx={axisAmount(profile.axes.pan, pad.axes) * 100}
            cy={-axisAmount(profile.axes.tilt, pad.axes) * 100}
            r="7"
            data-part="stick"
          />
          <circle cx={speeds.pan * 100} cy={-speeds.tilt * 100} r="11" data-part="speed" />
        </svg>
        <p className="dim">{p('joystick.legend')}</p>
        <p className="joystick-speeds">
          {joystickAxes.map((axis) => (
            <span key={axis}>
              {p(`joystick.axis.${axis}`)} <strong>{words.number(speeds[axis], 2)}</strong>
            </span>
          ))}
        </p>
        <h3>{p('joystick.axes')}</h3>
        <ul className="joystick-axes">
          {pad.axes.map((value, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an axis is its index
            <li key={index}>
              <span>{index}</span>
              <meter min={-1} max={1} value={value} aria-label={p('joystick.raw', { index })} />
              <span className="joystick-number">{words.number(value, 2)}</span>
            </li>
          ))}
        </ul>
        <h3>{p('joystick.buttons')}</h3>
        <ul className="joystick-buttons">
          {pad.buttons.map(({ pressed }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a button is its index
            <li key={index} data-pressed={pressed || undefined}>
              {index}
            </li>
          ))}
        </ul>
      </section>
      <section className="joystick-set">
        <h3>{p('joystick.measure')}</h3>
        <ol className="joystick-steps">
          <li>
            <p>{p('joystick.centreHelp')}</p>
            <Button
              className="button"
              data-small
              isDisabled={measuring !== null}
              onPress={() => start('centre')}
            >
              {measuring === 'centre' ? p('joystick.measuring') : p('joystick.centre')}
            </Button>
          </li>
          <li>
            <p>{p('joystick.rangeHelp')}</p>
            {measuring === 'range' ? (
              <Button className="button" data-small data-primary onPress={endRange}>
                {p('joystick.rangeEnd')}
              </Button>
            ) : (
              <Button
                className="button"
                data-small
                isDisabled={measuring !== null}
                onPress={() => start('range')}
              >
                {p('joystick.range')}
              </Button>
            )}
          </li>
        </ol>
        <h3>{p('joystick.meaning')}</h3>
        {joystickAxes.map((axis) => (
          <AxisLine key={axis} axis={axis} pad={pad} profile={profile} onChange={change} />
        ))}
        <Slider
          label={p('joystick.deadZone')}
          value={profile.deadZone}
          min={0.02}
          max={0.5}
          text={`${words.number(profile.deadZone * 100)} %`}
          onChange={(deadZone) => change({ ...profile, deadZone })}
        />
        <Slider
          label={p('joystick.curve')}
          value={profile.exponent}
          min={1}
          max={4}
          text={words.number(profile.exponent, 1)}
          onChange={(exponent) => change({ ...profile, exponent })}
        />
        <h3>{p('joystick.buttonActs')}</h3>
        <ButtonActs pad={pad} profile={profile} onChange={change} />
      </section>
      <footer className="joystick-foot">
        <p role="status">
          {saved === 'yes' ? p('joystick.saved') : saved === 'failed' ? p('joystick.notSaved') : ''}
        </p>
        <Button
          className="button"
          onPress={() => {
            forgetProfile(localStorage, pad.id);
            change(defaultProfile(pad));
          }}
        >
          {p('joystick.reset')}
        </Button>
        <Button className="button" onPress={onClose}>
          {words.t('dialog.close')}
        </Button>
        <Button
          className="button"
          data-primary
          isDisabled={measuring !== null}
          onPress={() => setSaved(saveProfile(localStorage, pad.id, profile) ? 'yes' : 'failed')}
        >
          {p('joystick.save')}
        </Button>
      </footer>
    </div>
  );
}

function AxisLine(props: {
  readonly axis: JoystickAxis;
  readonly pad: PadState;
  readonly profile: JoystickProfile;
  readonly onChange: (profile: JoystickProfile) => void;
}) {
  const { axis, pad, profile, onChange } = props;
  const p = useWords().in('ptz');
  const range = profile.axes[axis];
  const put = (next: Partial<typeof range>) =>
    onChange({ ...profile, axes: { ...profile.axes, [axis]: { ...range, ...next } } });
  return (
    <div className="joystick-axis">
      <Choice
        label={p(`joystick.axis.${axis}`)}
        value={range.axis === null ? null : String(range.axis)}
        none={p('joystick.noAxis')}
        options={pad.axes.map((_, index) => ({
          value: String(index),
          text: p('joystick.axisNumber', { index }),
        }))}
        onChange={(value) =>
          put({ axis: value === null ? null : Number(value), min: -1, centre: 0, max: 1 })
        }
      />
      <Check
        label={p('joystick.invert')}
        on={range.invert}
        onChange={(invert) => put({ invert })}
      />
    </div>
  );
}

function Slider(props: {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly text: string;
  readonly onChange: (value: number) => void;
}) {
  const { label, value, min, max, text, onChange } = props;
  return (
    <label className="joystick-slider">
      <span>{label}</span>
      <input
        type="range"
        min={min}
        max={max}
        step={(max - min) / 48}
        value={value}
        aria-valuetext={text}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <span className="joystick-number">{text}</span>
    </label>
  );
}

const presetActs = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => `preset-${number}` as ButtonAct);

function ButtonActs(props: {
  readonly pad: PadState;
  readonly profile: JoystickProfile;
  readonly onChange: (profile: JoystickProfile) => void;
}) {
  const { pad, profile, onChange } = props;
  const p = useWords().in('ptz');
  const options: Option<ButtonAct>[] = [
    ...buttonActs.map((act) => ({ value: act as ButtonAct, text: p(`joystick.act.${act}`) })),
    ...presetActs.map((act) => ({
      value: act,
      text: p('joystick.act.preset', { number: act.slice('preset-'.length) }),
    })),
  ];
  return (
    <div className="joystick-acts">
      {pad.buttons.slice(0, 32).map(({ pressed }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a button is its index
        <div key={index} data-pressed={pressed || undefined}>
          <Choice
            label={p('joystick.button', { index })}
            value={profile.buttons[index] ?? 'none'}
            options={options}
            onChange={(act) =>
              onChange({ ...profile, buttons: { ...profile.buttons, [index]: act ?? 'none' } })
            }
          />
        </div>
      ))}
    </div>
  );
}

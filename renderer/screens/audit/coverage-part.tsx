import { useState } from 'react';
import { useStore } from 'zustand';
import type { Camera } from '../../../src/contract/schemas.ts';
import { timeText } from '../../i18n.ts';
import { type CoverageLane, coverageLanes, coverageSum } from '../../stores/audit/coverage.ts';
import { dayEnd, dayStart } from '../../stores/audit/day-span.ts';
import { matching } from '../../stores/camera-search.ts';
import { today } from '../../stores/register/days.ts';
import { knownOf } from '../../stores/workplace/asked.ts';
import { Chips, Choice, DayBox, TextBox } from '../manage/fields.tsx';
import { EmptyNote, FailedNote, LoadingNote } from '../manage/notes.tsx';
import { useCameras, useProduct, useSession, useTexts, useWords } from '../product.tsx';
import { durationText } from './audit-words.ts';

const mostLanes = 40;
const mostFound = 8;
const hours = [0, 3, 6, 9, 12, 15, 18, 21, 24];

/** When cameras were really on screen on one day, as a picture. */
export function CoveragePart() {
  const { audit } = useProduct();
  const a = useTexts('audit');
  const choice = useStore(audit, (model) => model.coverageOf);
  const asked = useStore(audit, (model) => model.coverage);
  const known = knownOf(asked);
  const { by, camera, screen, day } = choice;
  const screens = useSession((model) => model.hello?.screens ?? 1);
  return (
    <div className="coverage">
      <div className="tools-line coverage-tools">
        <Chips
          label={a('coverage.by')}
          value={by}
          options={[
            { value: 'camera', text: a('coverage.byCamera') },
            { value: 'screen', text: a('coverage.byScreen') },
          ]}
          onChange={(value) => value && audit.chooseCoverage({ by: value })}
        />
        {by === 'camera' ? (
          <CameraChoice chosen={camera} />
        ) : (
          <Choice
            label={a('screen')}
            value={String(screen)}
            options={Array.from({ length: Math.max(screens, screen + 1) }, (_, at) => ({
              value: String(at),
              text: a('screenNo', { screen: at + 1 }),
            }))}
            onChange={(value) => audit.chooseCoverage({ screen: Number(value ?? 0) })}
          />
        )}
        <DayBox
          label={a('coverage.day')}
          value={day}
          onChange={(value) => value && audit.chooseCoverage({ day: value })}
        />
      </div>
      {by === 'camera' && camera === null ? (
        <EmptyNote icon="eye" title={a('coverage.choose')} text={a('coverage.chooseText')} />
      ) : asked.state === 'failed' ? (
        <FailedNote cause={asked.cause} onRetry={() => audit.chooseCoverage({})} />
      ) : known ? (
        known.spans.length === 0 ? (
          <EmptyNote icon="eye" title={a('coverage.none')} text={a('coverage.noneText')} />
        ) : (
          <CoveragePicture />
        )
      ) : (
        <LoadingNote />
      )}
    </div>
  );
}

/** Some letters find a camera; the list says which ones. */
function CameraChoice({ chosen }: { chosen: string | null }) {
  const { audit } = useProduct();
  const a = useTexts('audit');
  const cameras = useCameras((model) => model.cameras);
  const byId = useCameras((model) => model.byId);
  const [typed, setTyped] = useState<string | null>(null);
  const name = chosen === null ? '' : (byId.get(chosen)?.name ?? chosen);
  const found =
    typed === null || typed.trim() === '' ? [] : matching(cameras, typed).slice(0, mostFound);
  const take = (camera: Camera) => {
    setTyped(null);
    audit.chooseCoverage({ camera: camera.id });
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the field and its list together
    <div
      className="coverage-camera"
      onKeyDown={(event) => {
        if (event.code === 'Enter' && found[0] && event.target instanceof HTMLInputElement) {
          event.preventDefault();
          take(found[0]);
        } else if (event.code === 'Escape' && typed !== null) {
          event.preventDefault();
          event.stopPropagation();
          setTyped(null);
        }
      }}
    >
      <TextBox
        label={a('coverage.cameraSearch')}
        value={typed ?? name}
        placeholder={a('coverage.cameraHint')}
        onChange={setTyped}
      />
      {typed !== null && typed.trim() !== '' ? (
        found.length === 0 ? (
          <p className="coverage-found dim">{a('coverage.noCamera')}</p>
        ) : (
          <ul className="coverage-found" aria-label={a('coverage.pickOf')}>
            {found.map((camera) => (
              <li key={camera.id}>
                <button type="button" onClick={() => take(camera)}>
                  {camera.name} <span className="dim">{camera.siteName}</span>
                </button>
              </li>
            ))}
          </ul>
        )
      ) : null}
    </div>
  );
}

function CoveragePicture() {
  const { audit } = useProduct();
  const words = useWords();
  const a = useTexts('audit');
  const asked = useStore(audit, (model) => model.coverage);
  const { by, day } = useStore(audit, (model) => model.coverageOf);
  const byId = useCameras((model) => model.byId);
  const known = knownOf(asked);
  if (!known) return null;
  const from = dayStart(day);
  const end = dayEnd(day);
  const to = day === today() ? Math.min(end, Date.now()) : end;
  const lanes = coverageLanes(known.spans, by === 'camera' ? 'screen' : 'camera');
  const sum = coverageSum(known.spans, from, to);
  const long = (ms: number) => durationText(words, ms);
  const clock = (at: number) => timeText(at).slice(0, 5);
  const nameOf = ({ key }: CoverageLane) =>
    by === 'camera' ? a('screenNo', { screen: Number(key) + 1 }) : (byId.get(key)?.name ?? key);
  return (
    <figure className="coverage-picture">
      <figcaption>
        {by === 'camera' ? (
          <>
            <p>
              <strong>{a('coverage.sum', { on: long(sum.onMs), live: long(sum.liveMs) })}</strong>
            </p>
            <p className="dim">
              {sum.gap
                ? a('coverage.gap', {
                    length: long(sum.gap.to - sum.gap.from),
                    from: clock(sum.gap.from),
                    to: sum.gap.to === end ? '24:00' : clock(sum.gap.to),
                  })
                : a('coverage.noGap')}
            </p>
          </>
        ) : null}
        <p className="coverage-legend">
          <span data-part="on">{a('coverage.on')}</span>
          <span data-part="live">{a('coverage.live')}</span>
        </p>
      </figcaption>
      <div className="coverage-lanes">
        {lanes.slice(0, mostLanes).map((lane) => {
          const name = nameOf(lane);
          const live = lane.spans.reduce((all, { liveMs }) => all + liveMs, 0);
          const said = a('coverage.lane', { name, on: long(lane.onMs), live: long(live) });
          return (
            <div key={lane.key} className="coverage-lane">
              <span className="coverage-name" title={lane.key}>
                {name}
              </span>
              <div className="coverage-track" role="img" aria-label={said}>
                {lane.spans.map((span) => {
                  const part = span.liveMs / (span.to - span.from);
                  return (
                    <span
                      key={`${span.from} ${span.camera} ${span.screen}`}
                      className="coverage-span"
                      title={a('coverage.span', {
                        from: timeText(span.from),
                        to: timeText(span.to),
                        on: long(span.to - span.from),
                        live: long(span.liveMs),
                      })}
                      style={{
                        left: `${((span.from - from) / (end - from)) * 100}%`,
                        width: `${((span.to - span.from) / (end - from)) * 100}%`,
                      }}
                    >
                      <span style={{ height: `${Math.min(1, part) * 100}%` }} />
                    </span>
                  );
                })}
                {to < end ? (
                  <span
                    className="coverage-now"
                    title={a('coverage.today')}
                    style={{ left: `${((to - from) / (end - from)) * 100}%` }}
                  />
                ) : null}
              </div>
              <span className="coverage-total">{long(lane.onMs)}</span>
            </div>
          );
        })}
        <div className="coverage-lane" aria-hidden="true">
          <span className="coverage-name" />
          <div className="coverage-hours">
            {hours.map((hour) => (
              <span key={hour} style={{ left: `${(hour / 24) * 100}%` }}>
                {hour}
              </span>
            ))}
          </div>
          <span className="coverage-total" />
        </div>
      </div>
      {lanes.length > mostLanes ? (
        <p className="dim">{a('coverage.lanesMore', { more: lanes.length - mostLanes })}</p>
      ) : null}
      {known.more ? <p className="dim">{a('coverage.more')}</p> : null}
    </figure>
  );
}

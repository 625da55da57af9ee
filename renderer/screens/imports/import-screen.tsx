import { useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { exportFormats } from '../../../src/contract/import-schemas.ts';
import { CauseNote } from '../dialog-frame.tsx';
import { Icon } from '../icon.tsx';
import { Progress } from '../manage/notes.tsx';
import { saveFile } from '../manage/save-file.ts';
import { useProduct, useTexts } from '../product.tsx';
import { ImportDone } from './import-done.tsx';
import { ImportReview } from './import-review.tsx';

const steps = ['choose', 'review', 'done'] as const;

/** A spreadsheet into the register: choose, look, take over. Nothing is ever half imported. */
export function ImportScreen() {
  const { imports } = useProduct();
  const c = useTexts('connect');
  const step = useStore(imports, (model) => model.step);
  const cause = useStore(imports, (model) => model.cause);
  const fileName = useStore(imports, (model) => model.fileName);
  const progress = useStore(imports, (model) => model.progress);
  const preview = useStore(imports, (model) => model.preview);
  const shown = step === 'done' ? 'done' : preview ? 'review' : 'choose';
  const working = step === 'sending' || step === 'looking' || step === 'running';
  return (
    <section className="screen" aria-label={c('parts.imports')}>
      <header className="screen-head">
        <div>
          <h2>{c('imports.title')}</h2>
          <ol className="steps">
            {steps.map((each, index) => (
              <li key={each} aria-current={each === shown ? 'step' : undefined}>
                <span className="step-number">{index + 1}</span>
                {c(`imports.step.${each}`)}
              </li>
            ))}
          </ol>
        </div>
        <Exports />
      </header>
      <CauseNote cause={cause} />
      {working ? (
        <div className="import-working">
          <Progress
            label={c(`imports.stage.${progress?.stage ?? 'reading'}`, { file: fileName })}
            done={progress?.done ?? 0}
            total={progress?.total ?? null}
          />
          <Button className="button" onPress={() => void imports.cancel()}>
            {c('imports.cancel')}
          </Button>
          <p className="dim">{c('imports.cancelText')}</p>
        </div>
      ) : null}
      {shown === 'choose' && !working ? <ChooseFile /> : null}
      {shown === 'review' && step !== 'running' && preview ? (
        <ImportReview preview={preview} busy={working} />
      ) : null}
      {shown === 'done' ? <ImportDone /> : null}
    </section>
  );
}

function ChooseFile() {
  const { imports } = useProduct();
  const c = useTexts('connect');
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file) void imports.choose(file);
  };
  return (
    <div className="room-scroll">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the button inside is for the keyboard */}
      <div
        className="drop"
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          event.dataTransfer.dropEffect = 'copy';
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <Icon name="file" />
        <h3>{c('imports.drop')}</h3>
        <Button className="button" data-primary onPress={() => input.current?.click()}>
          {c('imports.choose')}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={c('imports.choose')}
          accept=".xlsx,.csv,.tsv,.txt,.json"
          onChange={(event) => {
            take(event.target.files);
            // The same file may be chosen again after it was corrected.
            event.target.value = '';
          }}
        />
        <p className="dim">{c('imports.kinds')}</p>
      </div>
      <ul className="hints">
        <li>{c('imports.hintColumns')}</li>
        <li>{c('imports.hintSafe')}</li>
        <li>{c('imports.hintLogin')}</li>
      </ul>
    </div>
  );
}

function Exports() {
  const { imports } = useProduct();
  const c = useTexts('connect');
  const exporting = useStore(imports, (model) => model.exporting);
  const exported = useStore(imports, (model) => model.exported);
  const cause = useStore(imports, (model) => model.exportCause);
  return (
    <div className="exports">
      <p className="dim">{c('exports.label')}</p>
      <div className="exports-buttons">
        {exportFormats.map((format) => (
          <Button
            key={format}
            className="button"
            data-small
            aria-label={c('exports.as', { format: format.toUpperCase() })}
            isDisabled={exporting !== null}
            onPress={() => void imports.exportAs(format, saveFile)}
          >
            <Icon name="download" />
            {format.toUpperCase()}
          </Button>
        ))}
      </div>
      <p className="dim" role="status">
        {exporting ? c('exports.busy') : exported ? c('exports.done', { file: exported }) : ''}
      </p>
      <CauseNote cause={cause} />
    </div>
  );
}

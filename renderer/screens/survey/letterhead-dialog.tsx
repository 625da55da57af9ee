import { type FormEvent, useState } from 'react';
import { Button } from 'react-aria-components';
import type { SurveyFormat, SurveyLetterhead } from '../../../src/contract/survey-schemas.ts';
import { TextBox } from '../manage/fields.tsx';
import { RoomDialog } from '../manage/room-dialog.tsx';
import { saveFile } from '../manage/save-file.ts';
import { useProduct, useTexts, useWords } from '../product.tsx';

const parts = [
  ['superior', 200],
  ['agency', 200],
  ['number', 60],
  ['place', 100],
  ['signerTitle', 200],
  ['signerName', 200],
] as const satisfies readonly (readonly [keyof SurveyLetterhead, number])[];

const empty: SurveyLetterhead = {
  superior: '',
  agency: '',
  number: '',
  place: '',
  signerTitle: '',
  signerName: '',
};

/** What stands in the head and foot of the printed sheets; empty parts are filled in by hand. */
export function LetterheadDialog(props: { format: SurveyFormat; onClose: () => void }) {
  const { survey } = useProduct();
  const { t } = useWords();
  const c = useTexts('connect');
  const [head, setHead] = useState(empty);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void survey.exportAs(props.format, head, saveFile);
    props.onClose();
  };
  return (
    <RoomDialog
      title={c(props.format === 'pdf-sheet' ? 'survey.sheet' : 'survey.rollup')}
      onClose={props.onClose}
    >
      <form className="form" onSubmit={submit}>
        <p className="dim">{c('letterhead.text')}</p>
        {parts.map(([part, max]) => (
          <TextBox
            key={part}
            label={c(`letterhead.${part}`)}
            value={head[part]}
            max={max}
            onChange={(value) => setHead({ ...head, [part]: value })}
          />
        ))}
        <div className="buttons">
          <Button className="button" onPress={props.onClose}>
            {t('dialog.cancel')}
          </Button>
          <Button className="button" type="submit" data-primary>
            {c('letterhead.submit')}
          </Button>
        </div>
      </form>
    </RoomDialog>
  );
}

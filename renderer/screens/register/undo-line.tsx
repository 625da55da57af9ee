import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { Icon } from '../icon.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';

/** What an undo or redo has just done. */
export function UndoLine() {
  const { register } = useProduct();
  const { t } = useWords();
  const r = useTexts('register');
  const done = useStore(register, (model) => model.done);
  return (
    <div role="status">
      {done ? (
        <div className="strip" data-kind="good">
          <Icon name="check" />
          <span className="strip-text">
            {r(`${done.how}.done`, {
              what: r(`change.${done.change.what}`),
              subject: done.change.subject,
              rows: done.change.added + done.change.changed + done.change.removed,
            })}
          </span>
          <Button
            className="strip-close"
            aria-label={t('dialog.dismiss')}
            onPress={() => register.setTrouble(null)}
          >
            <Icon name="close" />
          </Button>
        </div>
      ) : null}
    </div>
  );
}

import type { ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import type { Cause } from '../../src/contract/cause.ts';
import { Icon } from './icon.tsx';
import { useProduct, useWords } from './product.tsx';

interface DialogFrameProps {
  readonly title: string;
  readonly wide?: boolean;
  /** A question that has to be answered. */
  readonly alert?: boolean;
  readonly children: ReactNode;
}

/** A dialog over the wall; the pictures stay in sight behind it. */
export function DialogFrame({ title, wide, alert, children }: DialogFrameProps) {
  const { session } = useProduct();
  const { t } = useWords();
  return (
    <ModalOverlay
      className="veil"
      isOpen
      isDismissable={!alert}
      onOpenChange={(open) => {
        if (!open) session.closeDialog();
      }}
    >
      <Modal className="modal" data-wide={wide || undefined}>
        <Dialog className="dialog" role={alert ? 'alertdialog' : 'dialog'}>
          <header className="dialog-head">
            <Heading slot="title">{title}</Heading>
            <Button
              className="bar-button"
              aria-label={t('dialog.close')}
              onPress={session.closeDialog}
            >
              <Icon name="close" />
            </Button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

/** What went wrong and what to do, in words, with the code for who writes it down. */
export function CauseNote({ cause }: { cause: Cause | null }) {
  const words = useWords();
  if (!cause) return null;
  return (
    <div className="note" data-kind="bad" role="alert">
      <Icon name="warning" />
      <div>
        <p>{words.causeText(cause)}</p>
        <p className="note-hint">{words.causeHint(cause)}</p>
        <p className="note-code">{cause.code}</p>
      </div>
    </div>
  );
}

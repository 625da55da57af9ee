import type { ReactNode } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { Icon } from '../icon.tsx';
import { useWords } from '../product.tsx';

/** A dialog that a room opens and closes itself. */
export function RoomDialog(props: {
  readonly title: string;
  readonly wide?: boolean;
  readonly alert?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { t } = useWords();
  const { title, wide, alert, onClose, children } = props;
  return (
    <ModalOverlay
      className="veil"
      isOpen
      // A press beside it must not throw away what was typed.
      isDismissable={false}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Modal className="modal" data-wide={wide || undefined}>
        <Dialog className="dialog" role={alert ? 'alertdialog' : 'dialog'}>
          <header className="dialog-head">
            <Heading slot="title">{title}</Heading>
            <Button className="bar-button" aria-label={t('dialog.close')} onPress={onClose}>
              <Icon name="close" />
            </Button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

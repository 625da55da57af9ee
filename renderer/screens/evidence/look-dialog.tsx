import { Button, Dialog, Modal, ModalOverlay } from 'react-aria-components';
import type { EvidenceItem } from '../../../src/contract/evidence-schemas.ts';
import { Icon } from '../icon.tsx';
import { useWords } from '../product.tsx';
import { momentTyped } from './evidence-words.ts';

/** A picture as large as the window. */
export function LookDialog(props: { item: EvidenceItem; url: string; onClose: () => void }) {
  const { item, url, onClose } = props;
  const { t } = useWords();
  return (
    <ModalOverlay
      className="veil look-veil"
      isOpen
      isDismissable
      onOpenChange={(open) => !open && onClose()}
    >
      <Modal className="look-modal">
        <Dialog className="look-dialog" aria-label={item.name}>
          <img src={url} alt={item.cameraName} />
          <p>
            {item.cameraName} · {item.siteName} · {momentTyped(item.takenAt)}
          </p>
          <Button className="bar-button" aria-label={t('dialog.close')} onPress={onClose}>
            <Icon name="close" />
          </Button>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

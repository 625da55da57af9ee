import { Component, type ErrorInfo, type ReactNode } from 'react';
import { useProduct, useWords } from './product.tsx';

const reloadAfterMs = 5000;

/**
 * A screen that fails to draw would leave an empty wall until somebody comes. It says so, tells the
 * log, and opens the page again by itself.
 */
export function Unbroken({ children }: { children: ReactNode }) {
  const { core } = useProduct();
  return (
    <Boundary
      onBroken={(message) => {
        core.call('page.log', { level: 'error', message: message.slice(0, 2000) }).catch(() => {});
      }}
    >
      {children}
    </Boundary>
  );
}

interface BoundaryProps {
  readonly children: ReactNode;
  readonly onBroken: (message: string) => void;
}

class Boundary extends Component<BoundaryProps, { readonly broken: boolean }> {
  override state = { broken: false };
  #reload: ReturnType<typeof setTimeout> | undefined;

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    this.props.onBroken(`screen: ${String(error)} ${info.componentStack ?? ''}`);
    this.#reload = setTimeout(() => location.reload(), reloadAfterMs);
  }

  override componentWillUnmount() {
    clearTimeout(this.#reload);
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { t } = useWords();
  return (
    <div className="first-run" role="alert">
      <h2>{t('broken.title')}</h2>
      <p>{t('broken.text')}</p>
    </div>
  );
}

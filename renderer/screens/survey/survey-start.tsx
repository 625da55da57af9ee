import { Button } from 'react-aria-components';
import { useStore } from 'zustand';
import { Icon } from '../icon.tsx';
import { useProduct, useTexts, useWords } from '../product.tsx';

/** Starts with what is chosen in the register, else with everything. */
export function SurveyStart({ running }: { running: boolean }) {
  const { survey, register } = useProduct();
  const { number } = useWords();
  const c = useTexts('connect');
  const busy = useStore(survey, (model) => model.busy);
  const cameras = useStore(register, (model) => model.selectedCameras);
  const sites = useStore(register, (model) => model.selectedSites);
  if (running) {
    return (
      <Button className="button" onPress={() => void survey.cancel()} isDisabled={busy}>
        {c('survey.cancel')}
      </Button>
    );
  }
  return (
    <div className="screen-buttons">
      {cameras.size > 0 ? (
        <Button
          className="button"
          data-primary
          isDisabled={busy}
          onPress={() => void survey.start({ cameraIds: [...cameras.keys()] })}
        >
          {c('survey.startCameras', { count: cameras.size, number: number(cameras.size) })}
        </Button>
      ) : null}
      {sites.size > 0 ? (
        <Button
          className="button"
          data-primary
          isDisabled={busy}
          onPress={() => void survey.start({ siteIds: [...sites.keys()] })}
        >
          {c('survey.startSites', { count: sites.size, number: number(sites.size) })}
        </Button>
      ) : null}
      <Button
        className="button"
        {...(cameras.size + sites.size === 0 ? { 'data-primary': true } : {})}
        isDisabled={busy}
        onPress={() => void survey.start({ all: true })}
      >
        <Icon name="survey" />
        {c('survey.startAll')}
      </Button>
    </div>
  );
}

import type { LabStore } from '../../../state/lab/model.ts';
import '../../styles/lab.css';
import { DataSection } from './data/DataSection.tsx';
import { FormingSection } from './forming/FormingSection.tsx';
import { FrontierSection } from './frontier/FrontierSection.tsx';
import { CurvesSection } from './curves/CurvesSection.tsx';
import { LabContext } from './lab-context.ts';
import { LabErrors } from './LabErrors.tsx';
import { useLabText } from './lab-text.ts';
import { OverlayProvider } from './OverlayProvider.tsx';
import { RecipeForm } from './recipe/RecipeForm.tsx';
import { TrainBar } from './recipe/TrainBar.tsx';
import { RunsSection } from './runs/RunsSection.tsx';
import { StabilitySection } from './stability/StabilitySection.tsx';

/** The dictionary lab: data and recipe beside what the runs show. */
export function LabView({ store }: { readonly store: LabStore }) {
  const { t } = useLabText();
  return (
    <LabContext value={store}>
      <main id="view" tabIndex={-1} className="lab">
        <div className="lab-rail">
          <h2>{t('lab.title')}</h2>
          <p className="note">{t('lab.intro')}</p>
          <DataSection />
          <RecipeForm />
        </div>
        <TrainBar />
        <div className="lab-results">
          <OverlayProvider>
            <LabErrors />
            <CurvesSection />
            <FormingSection />
            <FrontierSection />
            <RunsSection />
            <StabilitySection />
          </OverlayProvider>
        </div>
      </main>
    </LabContext>
  );
}

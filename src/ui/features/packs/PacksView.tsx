import { useState } from 'react';
import { packsMessages } from '../../i18n/packs.ts';
import { useMessages } from '../../i18n/text.ts';
import { EmbeddingsPanel } from './EmbeddingsPanel.tsx';
import { EncoderSection } from './EncoderSection.tsx';
import { ImportPanel } from './ImportPanel.tsx';
import { KeptPacks } from './KeptPacks.tsx';
import { OfferedPack } from './OfferedPack.tsx';
import { OpenPanel } from './OpenPanel.tsx';
import { PhotosPanel } from './PhotosPanel.tsx';
import { StorageSection } from './StorageSection.tsx';
import { WorkLine } from './WorkLine.tsx';

const WAYS = ['open', 'photos', 'embeddings', 'import'] as const;
type Way = (typeof WAYS)[number];

/** What the user brings, and what this browser keeps. */
export function PacksView() {
  const { t } = useMessages(packsMessages);
  const [way, setWay] = useState<Way | null>(null);
  return (
    <main id="view" tabIndex={-1} className="packs">
      <div className="packs-page">
        <h2>{t('title')}</h2>
        <p className="packs-intro">{t('intro')}</p>
        <OfferedPack />
        <WorkLine />
        <div className="packs-ways">
          {WAYS.map((one) => (
            <button key={one} type="button" className={one === way ? 'chosen' : ''} aria-expanded={one === way} aria-controls="packs-panel" onClick={() => { setWay(one === way ? null : one); }}>
              {t(one)}
            </button>
          ))}
        </div>
        <div id="packs-panel" className="packs-panel">
          {way === 'open' && <OpenPanel />}
          {way === 'photos' && <PhotosPanel />}
          {way === 'embeddings' && <EmbeddingsPanel />}
          {way === 'import' && <ImportPanel onEmbeddings={() => { setWay('embeddings'); }} />}
        </div>
        <EncoderSection />
        <KeptPacks />
        <StorageSection />
      </div>
    </main>
  );
}

import { useApp } from '../../app-context.ts';
import { AddBar } from './AddBar.tsx';
import { ConceptTable } from './ConceptTable.tsx';
import { Inspector } from './Inspector.tsx';
import { Messages } from '../../primitives/Messages.tsx';
import { Neighbours } from './Neighbours.tsx';
import { ProbeList } from './ProbeList.tsx';
import { WhyTheyMatch } from './WhyTheyMatch.tsx';

/** The probe view: what the user brought, which concepts it activates, why pairs match, what is near. */
export function ProbeView() {
  const ready = useApp((s) => s.probes.some((p) => p.readout !== null));
  return (
    <div className="probe-view">
      <main id="view" tabIndex={-1}>
        <AddBar />
        <Messages />
        <ProbeList />
        <ConceptTable />
        {ready && <WhyTheyMatch />}
        <Neighbours />
      </main>
      <Inspector />
    </div>
  );
}

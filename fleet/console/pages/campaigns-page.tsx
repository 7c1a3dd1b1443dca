import { useLocation } from 'preact-iso';
import { useState } from 'preact/hooks';
import { type CampaignLine, campaignsSchema } from '../api/campaign-answers.ts';
import { callApi } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useWords } from '../browser/console-context.ts';
import { CampaignProgress, CampaignState } from '../parts/campaign-parts.tsx';
import { CampaignWizard } from '../parts/campaign-wizard.tsx';
import { GuardedButton } from '../parts/guarded-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Ago } from '../parts/pills.tsx';
import { Nothing, Shown } from '../parts/states.tsx';
import { Table } from '../parts/table.tsx';
import { useFleetNews } from '../parts/use-fleet-news.ts';
import { PATHS } from '../paths.ts';
import { CAMPAIGNS } from '../words/campaigns.ts';

const pathOf = (id: string): string => PATHS.campaign.replace(':id', encodeURIComponent(id));

/** Upgrades of the fleet, newest first. */
export function CampaignsPage() {
  const words = useWords(CAMPAIGNS);
  const { route } = useLocation();
  const campaigns = useAnswer('campaigns', (signal) => callApi(campaignsSchema, '/campaigns?limit=100', { signal }));
  const [isWriting, setIsWriting] = useState(false);
  useFleetNews(campaigns.again);
  return (
    <>
      <PageHead title={words.title} lead={words.lead}>
        <GuardedButton needs="operator" class="main" onClick={() => setIsWriting(true)}>
          {words.write}
        </GuardedButton>
      </PageHead>
      <section class="card table-card" aria-label={words.title}>
        <Shown asked={campaigns}>{(answer) => <Campaigns campaigns={answer.campaigns} />}</Shown>
      </section>
      {isWriting && <CampaignWizard done={({ id }) => route(pathOf(id))} close={() => setIsWriting(false)} />}
    </>
  );
}

function Campaigns({ campaigns }: { campaigns: readonly CampaignLine[] }) {
  const words = useWords(CAMPAIGNS);
  if (campaigns.length === 0) return <Nothing>{words.none}</Nothing>;
  return (
    <Table columns={[words.name, words.version, words.state, words.progress, words.by, words.when]}>
      {campaigns.map((campaign) => (
        <tr key={campaign.id} data-campaign={campaign.id}>
          <td>
            <a href={pathOf(campaign.id)}>{campaign.name}</a>
          </td>
          <td>{campaign.version}</td>
          <td>
            <CampaignState campaign={campaign} />
          </td>
          <td>
            <CampaignProgress members={campaign.members} />
          </td>
          <td>{campaign.by}</td>
          <td>
            <Ago ms={campaign.createdMs} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

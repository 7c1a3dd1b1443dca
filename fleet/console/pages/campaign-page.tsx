import { useRoute } from 'preact-iso';
import { type Campaign, campaignChartSchema, campaignSchema } from '../api/campaign-answers.ts';
import { callApi } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useConsole, useWords } from '../browser/console-context.ts';
import { CampaignActions } from '../parts/campaign-actions.tsx';
import { CampaignMembers } from '../parts/campaign-members.tsx';
import { CampaignProgress, CampaignState, PaymentHealth } from '../parts/campaign-parts.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Ago } from '../parts/pills.tsx';
import { Shares } from '../parts/shares.tsx';
import { Shown } from '../parts/states.tsx';
import { useFleetNews } from '../parts/use-fleet-news.ts';
import { WaveChart } from '../parts/wave-chart.tsx';
import { CAMPAIGNS } from '../words/campaigns.ts';
import { fill } from '../words/language.ts';
import { upgradeCauseIn } from '../words/upgrade-reasons.ts';

/** One upgrade of the fleet: where it stands and why, its waves, how payments go, every terminal. */
export function CampaignPage() {
  const id = useRoute().params['id'] ?? '';
  const words = useWords(CAMPAIGNS);
  const path = `/campaigns/${encodeURIComponent(id)}`;
  const campaign = useAnswer(`campaign ${id}`, (signal) => callApi(campaignSchema, path, { signal }));
  const chart = useAnswer(`chart ${id}`, (signal) => callApi(campaignChartSchema, `${path}/chart`, { signal }));
  useFleetNews(() => {
    campaign.again();
    chart.again();
  });
  const { answer } = campaign;
  return (
    <>
      <PageHead title={answer === null ? id : `${answer.name} · ${answer.version}`} lead={words.lead}>
        {answer !== null && <CampaignActions campaign={answer} put={campaign.put} again={campaign.again} />}
      </PageHead>
      <Shown asked={campaign}>
        {(one) => (
          <>
            <Overview campaign={one} />
            {one.waves.length > 0 && (
              <section class="card wave-charts">
                {one.waves.map((wave) => (
                  <WaveChart
                    key={wave.wave}
                    {...{ wave, isNow: wave.wave === one.wave && one.state === 'running' }}
                    points={chart.answer?.points ?? []}
                    fromMs={one.startedMs ?? one.createdMs}
                    endMs={one.endedMs}
                  />
                ))}
              </section>
            )}
            <section class="card" aria-label={words.payments}>
              <header>
                <h2>{words.payments}</h2>
              </header>
              <PaymentHealth health={one.health} />
            </section>
            <CampaignMembers id={id} changedMs={JSON.stringify(one.members)} />
          </>
        )}
      </Shown>
    </>
  );
}

function Overview({ campaign }: { campaign: Campaign }) {
  const words = useWords(CAMPAIGNS);
  const { members, by, approvedBy, sha256, createdMs, causes } = campaign;
  const { language } = useConsole();
  const lines = causes.map(({ cause, reason, why, terminals }) => {
    const told = upgradeCauseIn(language, { reason, why });
    return { name: `${words.causes[cause] ?? cause}: ${told}`, count: terminals, tone: 'bad' as const };
  });
  return (
    <section class="card">
      <header>
        <span data-state={campaign.state}>
          <CampaignState campaign={campaign} />
        </span>
      </header>
      {Object.keys(members).length > 0 && <CampaignProgress members={members} />}
      <p>
        {fill(words.madeBy, { by })} <Ago ms={createdMs} /> ·{' '}
        {approvedBy === null ? words.notApproved : fill(words.approvedBy, { by: approvedBy })}
      </p>
      <p class="hash">
        {words.release}: {sha256}
      </p>
      {lines.length > 0 && <Shares lines={lines} />}
    </section>
  );
}

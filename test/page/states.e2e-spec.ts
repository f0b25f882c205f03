import { expect, it } from '@jest/globals';
import type { BedrockSimulator } from 'bedrock-simulator';
import { type BedrockDiscoveryOptions, ModelAccessService } from 'nestjs-bedrock-discovery';
import { describeInBrowser, eventually, type ExplorerPage, matrixOf, openPage } from '../support/browser.js';
import { afterThisTest } from '../support/cleanup.js';
import { type Explorer, startExplorer } from '../support/explorer.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];
const NOVA = 'amazon.nova-pro-v1:0';
/** What hangs does so until the test is over, however long a busy machine takes to open the page. */
const PATIENT: BedrockDiscoveryOptions = { scan: { regionTimeoutMs: 600_000 }, client: { requestTimeoutMs: 600_000 } };

describeInBrowser('the page', () => {
  const start = async (
    prepare: (simulator: BedrockSimulator) => void = () => undefined,
    options: BedrockDiscoveryOptions = {},
  ): Promise<Explorer> => {
    const explorer = await startExplorer({ regions: REGIONS, ...options }, prepare);
    afterThisTest(() => explorer.close());
    return explorer;
  };
  const refresh = (explorer: Explorer): Promise<unknown> => explorer.request('POST', '/refresh');
  const summary = (opened: ExplorerPage): Promise<string> => opened.page.locator('.summary').innerText();

  it('says that the first scan is under way, and how far it is', async () => {
    const explorer = await start((simulator) => simulator.addFault({ kind: 'hang' }), PATIENT);
    const opened = await openPage(explorer.url, { link: 'panel=none' });
    await opened.page.getByText('The first scan is under way').waitFor();
    await opened.page.getByText('Scanning 0 of 6').waitFor();
    expect(await opened.page.getByRole('progressbar', { name: 'Scan' }).getAttribute('aria-valuenow')).toBe('0');
    expect(opened.complaints).toEqual([]);
  });

  it('columns fill as answers arrive: a region that hangs hides none of the others', async () => {
    const explorer = await start((simulator) => simulator.addFault({ region: 'us-east-1', kind: 'hang' }), PATIENT);
    const opened = await openPage(explorer.url, { link: `search=${NOVA}` });
    await opened.page.getByText('Scanning 4 of 6').waitFor();
    await matrixOf(opened);
    expect(await opened.label(NOVA, 'eu-west-1')).toMatch(/^Through eu profile/);
    expect(await opened.label(NOVA, 'us-east-1')).toBe('Not known yet: the region has not answered');
    expect(await summary(opened)).toMatch(/2 ok\s*1 pending/);
    const words = opened.dock.locator('.regions li').filter({ hasText: 'us-east-1' }).locator('.words');
    expect(await words.innerText()).toBe('waiting');
  });

  it('shows what is known where one region failed, and does not take unknown for no', async () => {
    const explorer = await start((simulator) => simulator.addFault({ region: 'us-east-1', kind: 'throttled' }));
    await refresh(explorer);
    const opened = await matrixOf(await openPage(explorer.url, { link: `search=${NOVA}` }));
    expect(await opened.label(NOVA, 'us-east-1')).toBe('Unknown: asking the region failed');
    expect(await opened.label(NOVA, 'eu-west-1')).toMatch(/^Through eu profile/);
    expect(await summary(opened)).toMatch(/2 ok\s*1 failed/);
  });

  it('a region failed, what do I do: the cause once with its regions, a command, and each asked again by itself', async () => {
    const explorer = await start((simulator) => {
      simulator.addFault({ region: 'eu-west-1', kind: 'access-denied' });
      simulator.addFault({ region: 'us-east-1', kind: 'access-denied' });
    });
    await refresh(explorer);
    const opened = await matrixOf(await openPage(explorer.url));
    const failure = opened.dock.getByRole('region', { name: 'denied by IAM' });
    await failure.waitFor();
    expect(await failure.count()).toBe(1);
    expect(await failure.innerText()).toMatch(/2 regions.*AWS_PROFILE=my-profile npm run start:aws/s);
    const position = (selector: string): Promise<number> =>
      opened.dock.locator(selector).evaluate((element) => element.getBoundingClientRect().top);
    expect(await position('.failure')).toBeLessThan(await position('.regions'));
    await opened.dock.getByRole('button', { name: 'Examine' }).click();
    await opened.dock.locator('.doctor .check-failed, .doctor .check-warning').first().waitFor();
    expect(await opened.dock.locator('.doctor').innerText()).toContain('bedrock:ListFoundationModels');
    explorer.simulator.clearFaults();
    explorer.simulator.requests.reset();
    await failure.getByRole('button', { name: 'Ask us-east-1 again' }).click();
    await failure.getByText('1 region').waitFor();
    expect(new Set(explorer.simulator.requests.list().map(({ region }) => region))).toEqual(new Set(['us-east-1']));
  });

  it('many regions that failed for one cause are asked again at once, or one by one', async () => {
    const regions = [...REGIONS, 'eu-west-2', 'eu-west-3', 'us-east-2', 'us-west-2'];
    const explorer = await start((simulator) => simulator.addFault({ kind: 'access-denied' }), { regions });
    await refresh(explorer);
    const opened = await openPage(explorer.url);
    const failure = opened.dock.getByRole('region', { name: 'denied by IAM' });
    await failure.getByText('One by one').click();
    await failure.getByRole('button', { name: 'Ask us-west-2 again' }).waitFor();
    explorer.simulator.clearFaults();
    await failure.getByRole('button', { name: 'Ask these 7 again' }).click();
    await opened.page.locator('.summary', { hasText: '7 ok' }).waitFor();
  });

  it('is this fresh, and mine: account, partition, source, age and completeness stand at the top', async () => {
    const explorer = await start((simulator) => simulator.addFault({ region: 'us-east-1', kind: 'throttled' }));
    await refresh(explorer);
    const opened = await matrixOf(await openPage(explorer.url));
    const source = opened.page.locator('.top .source');
    await source.getByText('2 of 3 regions').waitFor();
    expect(await source.innerText()).toMatch(
      new RegExp(`Simulated\\s+${explorer.simulator.accountId} · aws\\s+\\d+ s old · 2 of 3 regions`),
    );
    expect(await source.getAttribute('title')).toMatch(/As of \d{4}-.*Not fully known: us-east-1\./s);
  });

  it('says in a cell what is not known of a region that failed, why and what to do, and asks again', async () => {
    const explorer = await start((simulator) => simulator.addFault({ region: 'us-east-1', kind: 'access-denied' }));
    await refresh(explorer);
    const opened = await matrixOf(await openPage(explorer.url, { link: `search=${NOVA}` }));
    await (await opened.cell(NOVA, 'us-east-1')).click();
    await opened.dock.getByRole('heading', { name: 'Whether it can be invoked here is not known' }).waitFor();
    expect(await opened.dock.innerText()).not.toContain('No way to invoke it');
    expect(await opened.dock.locator('.causes').innerText()).toMatch(/us-east-1.*not authorized.*Allow `bedrock:List/s);
    explorer.simulator.clearFaults();
    explorer.simulator.requests.reset();
    await opened.dock.getByRole('button', { name: 'Ask again' }).click();
    await opened.dock.locator('.route').first().waitFor();
    expect(new Set(explorer.simulator.requests.list().map(({ region }) => region))).toEqual(new Set(['us-east-1']));
    expect(await opened.label(NOVA, 'us-east-1')).toMatch(/^On demand/);
  });

  it('says where a model can be run what is not known, and has those regions asked again', async () => {
    const explorer = await start((simulator) => simulator.addFault({ region: 'us-east-1', kind: 'throttled' }));
    await refresh(explorer);
    const opened = await matrixOf(
      await openPage(explorer.url, { link: `panel=routes&ask.model=${NOVA}&ask.residency=us` }),
    );
    await opened.dock.getByRole('heading', { name: 'No eligible route in the regions that are known' }).waitFor();
    const notice = opened.dock.locator('.notice');
    expect(await notice.innerText()).toMatch(/1 region might offer one.*us-east-1.*lower `scan.concurrency`/s);
    explorer.simulator.clearFaults();
    await notice.getByRole('button', { name: 'Ask again' }).click();
    await opened.dock.locator('.route').first().waitFor();
    await eventually(() => notice.count(), 0);
  });

  it('shows what has ended or is denied as not invocable, counts it nowhere and leaves it out of what is', async () => {
    const explorer = await start((simulator) => {
      for (const modelId of ['maker.denied', 'maker.ended', 'maker.well']) {
        simulator.addModel({ modelId, regions: ['eu-west-1'] });
      }
      simulator.setLifecycle('maker.ended', { status: 'LEGACY', endOfLifeTime: '2020-01-01T00:00:00Z' });
      simulator.setAccess('maker.denied', { authorization: 'NOT_AUTHORIZED' });
    });
    await refresh(explorer);
    await explorer.app.get(ModelAccessService).getAccess('maker.denied', 'eu-west-1');
    const opened = await matrixOf(await openPage(explorer.url, { link: 'search=maker.&sort=regions' }));
    expect(await opened.models()).toEqual(['maker.well', 'maker.denied', 'maker.ended']);
    const count = (id: string): Promise<string> => opened.row(id).locator('.count').innerText();
    expect(await Promise.all(['maker.well', 'maker.denied', 'maker.ended'].map(count))).toEqual(['1', '0', '0']);
    expect(await opened.label('maker.ended', 'eu-west-1')).toBe(
      'Not invocable: past the end of its life; on demand; legacy, ended 2020-01-01',
    );
    expect(await opened.label('maker.denied', 'eu-west-1')).toBe('Not invocable: access denied; on demand');
    expect(await opened.row('maker.ended').locator('.tag').innerText()).toContain('ended');
    await (await opened.cell('maker.denied', 'eu-west-1')).click();
    await opened.dock.getByText('No way to invoke it here').waitFor();
    await opened.dock.getByLabel('IAM policy as JSON').waitFor();
    expect(await opened.dock.getByRole('tab').count()).toBe(0);
    await opened.page.getByLabel('Only invocable').check();
    await eventually(() => opened.models(), ['maker.well']);
  });

  it('shows old data as old where a region has failed since', async () => {
    const explorer = await start();
    await refresh(explorer);
    explorer.simulator.addFault({ region: 'eu-west-1', kind: 'service-unavailable' });
    await refresh(explorer);
    const opened = await matrixOf(await openPage(explorer.url, { link: `search=${NOVA}` }));
    expect(await opened.label(NOVA, 'eu-west-1')).toMatch(/^Through eu profile; .*from old data$/);
    const row = opened.dock.locator('.regions li').filter({ hasText: 'eu-west-1' });
    await eventually(() => row.locator('.words').innerText(), 'old data');
    expect((await opened.dock.locator('.failure-title').innerText()).trim()).toBe('Service error 1 region');
  });

  it('says what went wrong and what to do where no region could be read', async () => {
    const explorer = await start((simulator) => simulator.addFault({ kind: 'unrecognized-client' }));
    await refresh(explorer);
    const opened = await openPage(explorer.url);
    const alert = opened.page.getByRole('main').getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('No region could be read');
    const explained = /3 regions.*security token.*AWS_PROFILE=my-profile npm run start:aws/s;
    await alert.filter({ hasText: explained }).waitFor();
    explorer.simulator.clearFaults();
    await opened.page.getByRole('button', { name: 'Ask again', exact: true }).click();
    await matrixOf(opened);
    expect(opened.complaints).toEqual([]);
  });

  it('shows what profiles lead to where no region has said which models it lists', async () => {
    const explorer = await start((simulator) => {
      simulator.addFault({ operation: 'ListFoundationModels', kind: 'missing-list' });
    });
    await refresh(explorer);
    const opened = await matrixOf(await openPage(explorer.url, { link: `search=${NOVA}` }));
    expect(await opened.label(NOVA, 'eu-west-1')).toBe('Through eu profile; not all of the region is known');
    await eventually(
      async () => (await opened.dock.locator('.failure-title').innerText()).trim(),
      'Malformed answer 3 regions',
    );
  });

  it('keeps what it has and says so where the application does not answer any more', async () => {
    const explorer = await start();
    await refresh(explorer);
    const opened = await matrixOf(await openPage(explorer.url));
    await explorer.close();
    await opened.page.getByRole('button', { name: 'Refresh' }).click();
    await opened.page.getByText('The application does not answer.').first().waitFor();
    await eventually(() => opened.page.locator('.connection-word').innerText(), 'No answer');
    expect((await opened.models()).length).toBeGreaterThan(10);
  });

  it('says why it has not been asked anew where that was a moment ago', async () => {
    const explorer = await startExplorer({ regions: REGIONS }, undefined, { access: { refreshIntervalMs: 600_000 } });
    afterThisTest(() => explorer.close());
    const opened = await matrixOf(await openPage(explorer.url));
    const button = opened.page.getByRole('button', { name: 'Refresh' });
    await button.click();
    await opened.page.getByText('All regions have been asked anew.').waitFor({ state: 'attached' });
    await button.click();
    await opened.page.getByRole('alert').filter({ hasText: 'Ask again in' }).waitFor();
    expect(await opened.page.getByRole('alert').innerText()).toMatch(/^AWS was asked \d+ s ago/);
  });

  it('asks for the token of an application that wants one, as browsers ask for a password', async () => {
    const token = 'a-token-that-is-long-enough';
    const explorer = await startExplorer({ regions: REGIONS }, undefined, { access: { token } });
    afterThisTest(() => explorer.close());
    const knowing = await matrixOf(
      await openPage(explorer.url, { alone: true, httpCredentials: { username: 'anybody', password: token } }),
    );
    await knowing.page.getByRole('button', { name: 'Refresh' }).click();
    await knowing.page.getByText('All regions have been asked anew.').waitFor({ state: 'attached' });
    const guessing = await matrixOf(
      await openPage(explorer.url, {
        alone: true,
        httpCredentials: { username: 'anybody', password: 'a-guess-of-the-same-length' },
      }),
    );
    await guessing.page.getByRole('button', { name: 'Refresh' }).click();
    await guessing.page.getByRole('alert').filter({ hasText: 'not the token of this application' }).waitFor();
  });

  it('follows a refresh of the matrix that somebody else asked for', async () => {
    const explorer = await start();
    await refresh(explorer);
    const opened = await matrixOf(
      await openPage(explorer.url, { link: 'search=maker.' }).then(async (page) => {
        explorer.simulator.addModel({ modelId: 'maker.new', regions: ['eu-west-1'] });
        await refresh(explorer);
        return page;
      }),
    );
    expect(await opened.models()).toEqual(['maker.new']);
  });

  it('is drawn before there is a script, with the rows and cells that the script draws', async () => {
    const explorer = await start();
    await refresh(explorer);
    const { page } = await openPage(explorer.url, { alone: true, javaScriptEnabled: false });
    const preview = await page.locator('.preview .row').evaluateAll(cellsOfRows);
    expect(preview.length).toBeGreaterThan(10);
    const opened = await matrixOf(await openPage(explorer.url));
    expect((await opened.page.locator('.row').evaluateAll(cellsOfRows)).slice(0, 10)).toEqual(preview.slice(0, 10));
    expect(await opened.page.locator('.preview').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  it.each([
    ['what the application has drawn', ''],
    ['its frame, where a link says what is shown,', 'search=nova'],
  ])('shows %s while the first answer is under way', async (_, link) => {
    const explorer = await start();
    await refresh(explorer);
    const opened = await openPage(explorer.url, { link });
    await matrixOf(opened);
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await opened.page.route('**/matrix', async (route) => {
      await held;
      await route.continue();
    });
    await opened.page.reload();
    await (
      link === ''
        ? opened.page.locator('.preview .row').first()
        : opened.page.getByRole('status', { name: 'Reading the matrix' })
    ).waitFor();
    release();
    await matrixOf(opened);
  });
});

/** In the page: of each row what it says of the model, and how its cells look. */
function cellsOfRows(rows: Element[]): readonly (readonly string[])[] {
  return rows.map((row) => [
    ...['.name', '.tag > [aria-hidden], .preview .tag', '.count'].map(
      (part) => row.querySelector(part)?.textContent ?? '',
    ),
    ...[...row.querySelectorAll<HTMLElement>('.cell')].map((cell) => `${cell.className} ${cell.dataset['text'] ?? ''}`),
  ]);
}

import type { Server } from 'node:http';
import { beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { BEDROCK_DISCOVERY_CLOCK, type Clock, DiscoveryRefresher } from 'nestjs-bedrock-discovery';
import { describeInBrowser, eventually, type ExplorerPage, matrixOf, openPage } from '../support/browser.js';
import { afterThisTest } from '../support/cleanup.js';
import { type Explorer, startExplorer } from '../support/explorer.js';

const REGIONS = ['eu-central-1', 'eu-west-1', 'us-east-1'];

describeInBrowser('an open page', () => {
  let explorer: Explorer;
  let opened: ExplorerPage;

  beforeAll(async () => {
    explorer = await startExplorer({ regions: REGIONS });
    afterThisTest(() => explorer.close());
    await explorer.request('POST', '/refresh?force=false');
  });

  beforeEach(async () => {
    opened = await matrixOf(await openPage(explorer.url, { link: 'panel=changes' }));
    await eventually(() => opened.page.locator('.connection-word').innerText(), 'Live');
  });

  const changed = (id: string) => opened.dock.locator('.changes > li').filter({ hasText: id });

  it('is told of changes as a refresh notices them', async () => {
    explorer.simulator.addModel({ modelId: 'maker.told', regions: ['eu-west-1'] });
    await explorer.request('POST', '/refresh');
    await changed('maker.told').waitFor();
    await opened.search.fill('maker.told');
    await eventually(() => opened.models(), ['maker.told']);
  });

  it('reads of the changes only those of the newest day when one is noticed', async () => {
    const clock = explorer.app.get<Clock>(BEDROCK_DISCOVERY_CLOCK);
    const earlier = jest.spyOn(clock, 'now').mockImplementation(() => Date.now() - 3 * 86_400_000);
    afterThisTest(() => earlier.mockRestore());
    explorer.simulator.addModel({ modelId: 'maker.earlier', regions: ['eu-west-1'] });
    await explorer.request('POST', '/refresh');
    await changed('maker.earlier').waitFor();
    earlier.mockRestore();
    // After three days all is due: whoever looks has AWS asked, and who refreshes then shares what was listed before.
    await explorer.request('POST', '/refresh');
    opened.requests.splice(0);
    explorer.simulator.addModel({ modelId: 'maker.today', regions: ['eu-west-1'] });
    await explorer.request('POST', '/refresh');
    await changed('maker.today').waitFor();
    expect(await changed('maker.earlier').count()).toBe(1);
    const asked = opened.requests.filter((url) => url.includes('/changes/days'));
    expect(asked.filter((url) => !url.includes('&since='))).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('is told what becomes of regions', async () => {
    const end = explorer.simulator.addFault({ region: 'us-east-1', kind: 'access-denied' });
    await explorer.request('POST', '/refresh');
    await opened.page.locator('.summary', { hasText: '1 stale' }).waitFor();
    end();
    await explorer.request('POST', '/refresh?regions=us-east-1');
    await opened.page.locator('.summary', { hasText: '3 ok' }).waitFor();
  });

  it('is told how far a scan is that somebody else has asked for', async () => {
    const end = explorer.simulator.addFault({ region: 'us-east-1', kind: 'hang' });
    const asked = explorer.request('POST', '/refresh');
    const scan = opened.page.getByRole('progressbar', { name: 'Scan' });
    await eventually(() => scan.getAttribute('aria-valuenow'), '4');
    expect(await scan.getAttribute('aria-valuemax')).toBe('6');
    end();
    await asked;
    await eventually(() => scan.count(), 0);
  });

  it('connects again when it was cut off, and has missed nothing', async () => {
    (explorer.app.getHttpServer() as Server).closeAllConnections();
    explorer.simulator.addModel({ modelId: 'maker.missed', regions: ['eu-west-1'] });
    await explorer.app.get(DiscoveryRefresher).refresh({ force: true });
    await changed('maker.missed').waitFor();
    await eventually(() => opened.page.locator('.connection-word').innerText(), 'Live');
    expect(await changed('maker.missed').count()).toBe(1);
  });
});

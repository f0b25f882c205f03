import { Inject, Injectable } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { InvalidOptionsError } from '../errors/errors.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../options/resolve-options.js';
import { REGISTRATION_NAME, Reporter } from '../reporting/reporter.js';
import { type Clock, CLOCK_OVERRIDE, systemClock } from '../util/clock.js';
import { RefreshPass } from './discovery-refresher.js';

const JOB_NAME = 'bedrock-discovery-refresh';
/** A tick this close to the job's own last date was fired by the job, not by hand. */
const TICK_MS = 1_000;
/** A process that is busy fires its job later than others do, and must not take what they have scanned for old. */
const LATEST_MS = 60_000;

/** The job that refreshes the inventory, shown in the application's SchedulerRegistry where there is one. */
@Injectable()
export class RefreshSchedule {
  readonly #jobName: string;
  #job: CronJob | undefined;
  #registry: SchedulerRegistry | undefined;
  #cancelDelay: (() => void) | undefined;
  /** When the job is to fire next, milliseconds since the epoch by the system's clock. */
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CLOCK_OVERRIDE) private readonly clock: Clock = systemClock,
    @Inject(REGISTRATION_NAME) name: string,
    private readonly pass: RefreshPass,
    private readonly reporter: Reporter,
  ) {
    this.#jobName = name === '' ? JOB_NAME : `${JOB_NAME}:${name}`;
  }

  /** When the job fires next; undefined while none is set up. Jitter comes on top. */
  get nextRunAt(): Date | undefined {
    return this.#job?.nextDate().toJSDate();
  }

  /** @throws InvalidOptionsError if another registration has taken the job's name. */
  start(registry: SchedulerRegistry | undefined): void {
    const { mode, cron, timeZone } = this.options.refresh;
    if (mode !== 'cron' || this.#job !== undefined) {
      return;
    }
    const onTick = (): Promise<void> => this.#tick();
    this.#job = CronJob.from({
      cronTime: cron,
      onTick,
      unrefTimeout: true,
      ...(timeZone !== undefined && { timeZone }),
    });
    if (registry !== undefined) {
      if (registry.doesExist('cron', this.#jobName)) {
        throw new InvalidOptionsError(
          'name',
          `a job called "${this.#jobName}" exists already. Give each registration of the module a "name" of its own.`,
        );
      }
      registry.addCronJob(this.#jobName, this.#job);
      this.#registry = registry;
    }
    this.#job.start();
    this.#dueAt = this.#job.nextDate().toMillis();
  }

  async stop(): Promise<void> {
    this.#cancelDelay?.();
    await this.#job?.stop();
    if (this.#registry?.doesExist('cron', this.#jobName) === true) {
      this.#registry.deleteCronJob(this.#jobName);
    }
    this.#job = undefined;
  }

  /**
   * Instances that share a schedule spread their requests, and who comes later takes over what the earlier have scanned; a tick
   * fired by hand is not delayed.
   */
  async #tick(): Promise<void> {
    const isByHand = this.#firedByHand();
    const lateMs = isByHand ? 0 : Math.min(Math.max(Date.now() - this.#dueAt, 0), LATEST_MS);
    this.#dueAt = this.#job?.nextDate().toMillis() ?? Number.POSITIVE_INFINITY;
    const since = this.clock.now() - lateMs;
    const delayMs = isByHand ? 0 : Math.random() * this.options.refresh.jitter * this.#intervalMs();
    if (delayMs === 0) {
      return this.#refresh(since);
    }
    this.#cancelDelay?.();
    this.#cancelDelay = this.clock.schedule(() => void this.#refresh(since), delayMs);
  }

  async #refresh(since: number): Promise<void> {
    try {
      await this.pass.run({ since, spareDenied: true });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.reporter
        .logger('DiscoveryRefresher')
        .warn('refresh-failed', `The scheduled refresh failed: ${message}`, { message });
    }
  }

  #firedByHand(): boolean {
    const lastDate = this.#job?.lastDate();
    return lastDate === null || lastDate === undefined || Math.abs(Date.now() - lastDate.getTime()) > TICK_MS;
  }

  #intervalMs(): number {
    const [first, second] = this.#job?.nextDates(2) ?? [];
    return first && second ? second.toMillis() - first.toMillis() : 0;
  }
}

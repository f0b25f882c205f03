import { type FactoryProvider, Inject, Injectable } from '@nestjs/common';
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus';
import { ModelDiscoveryService } from '../catalog/models/model-discovery.service.js';
import { ProfileDiscoveryService } from '../catalog/profiles/profile-discovery.service.js';
import { getBedrockDiscoveryToken } from '../module/registration.js';
import { BEDROCK_DISCOVERY_CLOCK, type Clock } from '../util/clock.js';
import { healthOf, type HealthOptions } from './discovery-health.js';

/** Where probes alone ask, since nobody is sent here before they are content, AWS is asked no more often than this. */
const ASK_AGAIN_MS = 30_000;

/**
 * Tells a readiness probe whether queries can be answered. Provide it where `TerminusModule` is imported, and the library is
 * at hand. Not for liveness: restarting the process mends nothing of AWS.
 *
 * @publicApi
 */
@Injectable()
export class BedrockDiscoveryHealthIndicator {
  #askedAt = Number.NEGATIVE_INFINITY;

  /** @internal Nest makes it. */
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly models: ModelDiscoveryService,
    private readonly profiles: ProfileDiscoveryService,
    @Inject(BEDROCK_DISCOVERY_CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * The indicator of a registration with a `name`, as a provider; `@InjectBedrockDiscovery(BedrockDiscoveryHealthIndicator, name)`
   * injects it.
   */
  static ofRegistration(name: string): FactoryProvider<BedrockDiscoveryHealthIndicator> {
    return {
      provide: getBedrockDiscoveryToken(BedrockDiscoveryHealthIndicator, name),
      inject: [
        HealthIndicatorService,
        getBedrockDiscoveryToken(ModelDiscoveryService, name),
        getBedrockDiscoveryToken(ProfileDiscoveryService, name),
        BEDROCK_DISCOVERY_CLOCK,
      ],
      useFactory: (...given: ConstructorParameters<typeof BedrockDiscoveryHealthIndicator>) =>
        new BedrockDiscoveryHealthIndicator(...given),
    };
  }

  /**
   * Up as soon as something is known that may be served, wherever it came from, and for as long as it may be: that AWS cannot be
   * reached changes nothing before. Never waits for AWS; while it is down, it has it asked as a query would.
   *
   * Where something is amiss though queries are answered, the status is `degraded`, which passes the check; before terminus 12,
   * which brought it, `up`. The result holds the members of {@link DiscoveryHealth}.
   *
   * @throws InvalidArgumentError for what is no residency, or no age
   */
  async isHealthy<const Key extends string>(
    key: Key,
    options: HealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const statuses = { models: this.models.getRegionStatuses(), profiles: this.profiles.getRegionStatuses() };
    const health = { ...healthOf(statuses, options) };
    const session = this.indicators.check(key);
    if (health.message !== undefined) {
      this.#ask();
      return session.down(health);
    }
    return health.degraded.length > 0 && 'degraded' in session ? session.degraded(health) : session.up(health);
  }

  /** By queries whose answers nobody waits for: they read what is kept, and scan where that may help. */
  #ask(): void {
    const now = this.clock.monotonic();
    if (now - this.#askedAt < ASK_AGAIN_MS) {
      return;
    }
    this.#askedAt = now;
    void Promise.allSettled([this.models.getAllModels(), this.profiles.getAllProfiles()]);
  }
}

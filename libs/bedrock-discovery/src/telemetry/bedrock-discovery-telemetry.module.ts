import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { type MeterProvider, metrics, trace, type TracerProvider } from '@opentelemetry/api';
import { InvalidOptionsError } from '../errors/errors.js';
import type { DiagnosticEvent } from '../reporting/event-channel.js';
import { DiscoveryMetrics } from './discovery-metrics.js';
import { DiscoverySpans } from './discovery-spans.js';
import { registrationsIn } from './registrations.js';

/** What is measured, and by what. @publicApi */
export interface TelemetryOptions {
  /** Models that have series of their own in metrics, the first that are called; all further ones are `other`. @default 50 */
  maxModels?: number;
  /** Where metrics go. @default the one that is registered globally */
  meterProvider?: MeterProvider;
  /** Where spans go. @default the one that is registered globally */
  tracerProvider?: TracerProvider;
}

const TELEMETRY_OPTIONS = Symbol('nestjs-bedrock-discovery.telemetry-options');
const SCOPE = 'nestjs-bedrock-discovery';
const DEFAULT_MAX_MODELS = 50;

/** Subscribes before anything starts, and hears what ends while the application closes. */
@Injectable()
class DiscoveryTelemetry implements OnModuleInit, OnApplicationShutdown {
  #closing: (() => void)[] = [];

  constructor(
    private readonly modules: ModulesContainer,
    @Inject(TELEMETRY_OPTIONS) private readonly options: TelemetryOptions & { readonly maxModels: number },
  ) {}

  onModuleInit(): void {
    const registrations = registrationsIn(this.modules);
    const instances = new Set(registrations.map(({ reporter }) => reporter.instance));
    const isOurs = ({ instance }: DiagnosticEvent): boolean => instances.has(instance);
    const { maxModels, meterProvider = metrics, tracerProvider = trace } = this.options;
    const spans = new DiscoverySpans(tracerProvider.getTracer(SCOPE), isOurs);
    const numbers = new DiscoveryMetrics(meterProvider.getMeter(SCOPE), registrations, isOurs, maxModels);
    this.#closing = [
      ...registrations.map(({ reporter }) => reporter.carryBy(spans.carry)),
      () => spans.close(),
      () => numbers.close(),
    ];
  }

  onApplicationShutdown(): void {
    this.#closing.splice(0).forEach((close) => close());
  }
}

/**
 * Spans and metrics of all registrations of the library in an application, by `@opentelemetry/api`. Import it once. An SDK has to
 * be registered before the application starts, as `--import` of an instrumentation file does; without one, nothing happens.
 *
 * @publicApi
 */
@Module({})
export class BedrockDiscoveryTelemetryModule {
  /** @throws InvalidOptionsError for a number of models that is none */
  static forRoot({ maxModels = DEFAULT_MAX_MODELS, ...providers }: TelemetryOptions = {}): DynamicModule {
    if (!Number.isInteger(maxModels) || maxModels < 0) {
      throw new InvalidOptionsError('maxModels', `maxModels must be a whole number of at least 0, got ${maxModels}.`);
    }
    return {
      module: BedrockDiscoveryTelemetryModule,
      providers: [{ provide: TELEMETRY_OPTIONS, useValue: { maxModels, ...providers } }, DiscoveryTelemetry],
    };
  }
}

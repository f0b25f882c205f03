import { type DynamicModule, type MiddlewareConsumer, Module, type NestModule, RequestMethod } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TerminusModule } from '@nestjs/terminus';
import { BedrockDiscoveryHealthIndicator } from 'nestjs-bedrock-discovery/health';
import { BedrockDiscoveryTelemetryModule } from 'nestjs-bedrock-discovery/telemetry';
import { CacheControlInterceptor } from './caching/cache-control.interceptor.js';
import { ChangesController } from './changes/changes.controller.js';
import { ChatClient } from './chat/chat-client.js';
import { ChatController } from './chat/chat.controller.js';
import { DoctorController } from './doctor/doctor.controller.js';
import { IndexController } from './endpoints/index.controller.js';
import { ExplorerEvents } from './events/explorer-events.js';
import { EventStream } from './events/event-stream.js';
import { EventsController } from './events/events.controller.js';
import { OpenStreams } from './events/open-streams.js';
import { HealthController } from './health/health.controller.js';
import { ProbesController } from './health/probes.controller.js';
import { Answers } from './lists/answers.js';
import { MatrixController } from './matrix/matrix.controller.js';
import { MatrixService } from './matrix/matrix.service.js';
import { ExplorerMetrics } from './metrics/explorer-metrics.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { AccountModelsController } from './models/account-models.controller.js';
import { ModelsController } from './models/models.controller.js';
import { OpenAiController } from './openai/openai.controller.js';
import { PageMiddleware } from './page/page.middleware.js';
import { PageService } from './page/page.service.js';
import { PoliciesController } from './policies/policies.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { ProblemsController } from './problems/problems.controller.js';
import { ProfilesController } from './profiles/profiles.controller.js';
import { RefreshGate } from './refresh/refresh-gate.js';
import { RefreshController } from './refresh/refresh.controller.js';
import { KnownRegions } from './regions/known-regions.js';
import { LatencyHistoryController } from './regions/latency-history.controller.js';
import { LatencyHistory } from './regions/latency-history.js';
import { RegionOverviews } from './regions/region-overviews.js';
import { RegionsController } from './regions/regions.controller.js';
import { RetirementsController } from './retirements/retirements.controller.js';
import { RoutesController } from './routes/routes.controller.js';
import { ACCESS_OPTIONS, type AccessOptions } from './security/access.options.js';
import { DiscoverySource } from './source/discovery-source.js';
import { SourceLifecycle } from './source/source.lifecycle.js';

/** The sample application: what the library knows, over HTTP. */
@Module({})
export class ExplorerModule implements NestModule {
  static over(source: DiscoverySource, access: AccessOptions): DynamicModule {
    const metrics = new ExplorerMetrics();
    return {
      module: ExplorerModule,
      imports: [
        ScheduleModule.forRoot(),
        // A probe that fails is told to the prober, and not to the log every few seconds.
        TerminusModule.forRoot({ logger: false }),
        source.module,
        BedrockDiscoveryTelemetryModule.forRoot({ meterProvider: metrics.provider }),
      ],
      controllers: [
        IndexController,
        MatrixController,
        RoutesController,
        // Before the ids, since its paths have the form of one.
        RetirementsController,
        ModelsController,
        ProfilesController,
        AccountModelsController,
        RegionsController,
        LatencyHistoryController,
        RefreshController,
        ChangesController,
        ChatController,
        EventsController,
        HealthController,
        ProbesController,
        MetricsController,
        DoctorController,
        PoliciesController,
        ProblemsController,
        OpenAiController,
      ],
      providers: [
        { provide: DiscoverySource, useValue: source },
        { provide: ACCESS_OPTIONS, useValue: access },
        { provide: ExplorerMetrics, useValue: metrics },
        { provide: APP_FILTER, useClass: ProblemFilter },
        BedrockDiscoveryHealthIndicator,
        LatencyHistory,
        PageService,
        MatrixService,
        { provide: APP_INTERCEPTOR, useClass: CacheControlInterceptor },
        RegionOverviews,
        Answers,
        ExplorerEvents,
        EventStream,
        OpenStreams,
        SourceLifecycle,
        ChatClient,
        KnownRegions,
        RefreshGate,
      ],
    };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer
      .apply(PageMiddleware)
      .forRoutes({ path: '/', method: RequestMethod.ALL }, { path: 'assets/*path', method: RequestMethod.ALL });
  }
}

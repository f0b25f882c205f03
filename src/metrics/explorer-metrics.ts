import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** OpenTelemetry's metrics of this application, told in the text format of Prometheus. Its own, since tests run several at once. */
@Injectable()
export class ExplorerMetrics implements OnApplicationShutdown {
  /** Served by the application itself, behind its front door. */
  readonly #exporter = new PrometheusExporter({ preventServerStart: true });
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  readonly provider = new MeterProvider({ readers: [this.#exporter] });

  async text(): Promise<string> {
    const { resourceMetrics } = await this.#exporter.collect();
    return this.#serializer.serialize(resourceMetrics);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.provider.shutdown();
  }
}

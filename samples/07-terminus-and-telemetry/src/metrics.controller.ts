import type { IncomingMessage, ServerResponse } from 'node:http';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';

/** Without a server of its own: the application serves what it has. */
const exporter = new PrometheusExporter({ preventServerStart: true });

export const meterProvider = new MeterProvider({ readers: [exporter] });

@Controller('metrics')
export class MetricsController {
  /** In the text format of Prometheus. */
  @Get()
  read(@Req() request: IncomingMessage, @Res() response: ServerResponse): void {
    exporter.getMetricsRequestHandler(request, response);
  }
}

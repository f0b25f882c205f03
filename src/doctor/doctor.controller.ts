import type { ServerResponse } from 'node:http';
import { All, Controller, Get, Query, Res } from '@nestjs/common';
import { type Diagnosis, DiscoveryDoctor, renderDiagnosis } from 'nestjs-bedrock-discovery';
import { methodNotAllowed } from '../problems/problem.error.js';
import { disconnectSignal } from '../requests/disconnect-signal.js';
import { flag, oneOf, residency } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';

const PARAMETERS = { residency, recheck: flag, format: oneOf('json', 'text') };

@Controller('doctor')
export class DoctorController {
  constructor(private readonly doctor: DiscoveryDoctor) {}

  /** Answers 200 whatever it finds: what is wrong stands in the checks. */
  @Get()
  async diagnose(
    @Query() query: unknown,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Diagnosis | string> {
    const { format = 'json', ...options } = readParameters(query, PARAMETERS);
    const diagnosis = await this.doctor.diagnose({ ...options, signal: disconnectSignal(response) });
    if (format === 'json') {
      return diagnosis;
    }
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    return `${renderDiagnosis(diagnosis)}\n`;
  }

  @All()
  refuse(): never {
    throw methodNotAllowed('GET', 'HEAD');
  }
}

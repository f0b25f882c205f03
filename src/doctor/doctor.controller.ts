import type { ServerResponse } from 'node:http';
import { All, Controller, Get, Header, Query, Res } from '@nestjs/common';
import { type Diagnosis, DiscoveryDoctor, renderDiagnosis } from 'nestjs-bedrock-discovery';
import { ApiEndpoint } from '../openapi/api-endpoint.js';
import { methodNotAllowed } from '../problems/problem.error.js';
import { KnownRegions } from '../regions/known-regions.js';
import { disconnectSignal } from '../requests/disconnect-signal.js';
import { flag, oneOf, residency } from '../requests/parameter-readers.js';
import { readParameters } from '../requests/read-parameters.js';
import { Costly, COSTLY_PROBLEMS } from '../security/costly.js';
import { DIAGNOSIS, DIAGNOSIS_EXAMPLE } from './diagnosis.schemas.js';

const PARAMETERS = { residency, recheck: flag, format: oneOf('json', 'text') };

@Controller('doctor')
export class DoctorController {
  constructor(
    private readonly doctor: DiscoveryDoctor,
    private readonly known: KnownRegions,
  ) {}

  /** Answers 200 whatever it finds: what is wrong stands in the checks. */
  @Get()
  @Costly()
  @Header('Cache-Control', 'no-store')
  @ApiEndpoint('GET /doctor', {
    query: PARAMETERS,
    about: {
      residency: 'Works out the policy that enforces this residency.',
      recheck: 'Whether to ask regions again that failed.',
      format: '`text` for people.',
    },
    answer: DIAGNOSIS,
    example: DIAGNOSIS_EXAMPLE,
    problems: COSTLY_PROBLEMS,
    etag: false,
  })
  async diagnose(
    @Query() query: unknown,
    @Res({ passthrough: true }) response: ServerResponse,
  ): Promise<Diagnosis | string> {
    const { format = 'json', ...options } = readParameters(query, PARAMETERS, this.known.has);
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

import { Controller, Get, Param } from '@nestjs/common';
import { InvocationRouter, ModelDiscoveryService } from 'nestjs-bedrock-discovery';

@Controller('models')
export class ModelsController {
  constructor(
    private readonly models: ModelDiscoveryService,
    private readonly router: InvocationRouter,
  ) {}

  @Get(':model/regions')
  regions(@Param('model') model: string) {
    return this.models.getModelRegions(model);
  }

  @Get(':model/route')
  async route(@Param('model') model: string) {
    const { routes } = await this.router.resolve(model, { residency: 'eu' });
    return { region: routes[0]?.region, modelId: routes[0]?.invocationId };
  }
}

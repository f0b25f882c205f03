import { Injectable } from '@nestjs/common';
import { InjectBedrockDiscovery, ModelDiscoveryService } from 'nestjs-bedrock-discovery';

@Injectable()
export class Availability {
  constructor(
    private readonly production: ModelDiscoveryService,
    @InjectBedrockDiscovery(ModelDiscoveryService, 'sandbox') private readonly sandbox: ModelDiscoveryService,
  ) {}

  /** The models that only one of the accounts lists. */
  async differences(): Promise<{ onlyInProduction: string[]; onlyInSandbox: string[] }> {
    const production = await idsOf(this.production);
    const sandbox = await idsOf(this.sandbox);
    return {
      onlyInProduction: production.filter((id) => !sandbox.includes(id)),
      onlyInSandbox: sandbox.filter((id) => !production.includes(id)),
    };
  }
}

async function idsOf(models: ModelDiscoveryService): Promise<string[]> {
  return (await models.getAllModels()).map(({ modelId }) => modelId);
}

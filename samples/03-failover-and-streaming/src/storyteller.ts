import { BedrockRuntimeClient, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { Injectable } from '@nestjs/common';
import { InvocationRouter } from 'nestjs-bedrock-discovery';

@Injectable()
export class Storyteller {
  constructor(private readonly router: InvocationRouter) {}

  async *tell(wish: string): AsyncGenerator<string> {
    const events = this.router.stream(
      'Nova Pro',
      async ({ route, client }) => {
        const messages = [{ role: 'user' as const, content: [{ text: wish }] }];
        const command = new ConverseStreamCommand({ modelId: route.invocationId, messages });
        const { stream } = await client(BedrockRuntimeClient).send(command);
        return stream ?? Promise.reject(new Error('There is no stream.'));
      },
      { residency: 'eu', preferredRegions: ['eu-west-3'], timeoutMs: 60_000 },
    );
    for await (const { contentBlockDelta } of events) {
      yield contentBlockDelta?.delta?.text ?? '';
    }
  }
}

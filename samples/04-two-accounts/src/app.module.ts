import { Module } from '@nestjs/common';
import { BedrockDiscoveryModule } from 'nestjs-bedrock-discovery';
import { Availability } from './availability.js';

@Module({
  imports: [
    BedrockDiscoveryModule.forRoot({ awsProfile: 'production' }),
    BedrockDiscoveryModule.forRoot({ name: 'sandbox', awsProfile: 'sandbox', regions: ['eu-west-1', 'eu-west-3'] }),
  ],
  providers: [Availability],
})
export class AppModule {}

import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { BedrockDiscoveryModule } from 'nestjs-bedrock-discovery';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    BedrockDiscoveryModule.forRootAsync({
      isGlobal: true,
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        awsProfile: config.get<string>('AWS_PROFILE_OF_MODELS'),
        preferredRegions: [config.getOrThrow<string>('HOME_REGION')],
      }),
    }),
  ],
})
export class AppModule {}

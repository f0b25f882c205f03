import type { CatalogueModel } from '../catalogue/catalogue-types.js';
import { notFound, validationError } from '../protocol/aws-error.js';
import { modelArn, modelIdOf } from './arns.js';
import type { OperationCall } from './operation.js';

export function listFoundationModels({ region, query, catalogue }: OperationCall): object {
  const filter = (name: string): string | undefined => query.get(name) ?? undefined;
  const provider = filter('byProvider')?.toLowerCase();
  const customization = filter('byCustomizationType');
  const modality = filter('byOutputModality');
  const inferenceType = filter('byInferenceType');
  return {
    modelSummaries: catalogue
      .modelsIn(region)
      .filter(
        (model) =>
          (provider === undefined || model.providerName.toLowerCase() === provider) &&
          (customization === undefined || model.customizationsSupported.includes(customization)) &&
          (modality === undefined || model.outputModalities.includes(modality)) &&
          (inferenceType === undefined || model.inferenceTypes.get(region)?.includes(inferenceType)),
      )
      .map((model) => summary(model, region)),
  };
}

export function getFoundationModel({ region, resource, catalogue }: OperationCall): object {
  const model = catalogue.model(modelIdOf(resource, region));
  if (!model?.inferenceTypes.has(region)) {
    throw unresolved();
  }
  return { modelDetails: summary(model, region) };
}

export function getFoundationModelAvailability({ region, resource, catalogue, access }: OperationCall): object {
  const model = catalogue.model(modelIdOf(resource, region));
  if (model === undefined) {
    throw unresolved();
  }
  const state = access.get(model.modelId, region);
  return {
    modelId: model.modelId.replace(/:0$/, ''),
    agreementAvailability: { status: state.agreement ?? 'AVAILABLE' },
    authorizationStatus: state.authorization ?? 'AUTHORIZED',
    entitlementAvailability: state.entitlement ?? 'AVAILABLE',
    regionAvailability: state.region ?? (model.inferenceTypes.has(region) ? 'AVAILABLE' : 'NOT_AVAILABLE'),
  };
}

/** The same in every region: regions stand in the names of the dimensions. */
export function listFoundationModelAgreementOffers({ region, resource, catalogue }: OperationCall): object {
  const model = catalogue.model(modelIdOf(resource, region));
  if (model === undefined) {
    throw unresolved();
  }
  const { modelId, rateCard } = model;
  if (rateCard === undefined) {
    throw validationError('Agreement not supported for this model');
  }
  const offer = {
    offerId: `offer-${modelId}`,
    offerToken: `simulated-token-of-${modelId}`,
    termDetails: {
      legalTerm: { url: 'https://example.com/terms' },
      supportTerm: { refundPolicyDescription: 'No refunds.' },
      usageBasedPricingTerm: { rateCard: rateCard.map((rate) => ({ unit: 'Units', ...rate })) },
      validityTerm: {},
    },
  };
  return { modelId, offers: [offer] };
}

/** In the order of fields that real answers have. */
function summary(model: CatalogueModel, region: string): object {
  return {
    modelArn: modelArn(model.modelId, region),
    modelId: model.modelId,
    modelName: model.modelName,
    providerName: model.providerName,
    inputModalities: model.inputModalities,
    outputModalities: model.outputModalities,
    responseStreamingSupported: model.responseStreamingSupported,
    customizationsSupported: model.customizationsSupported,
    inferenceTypesSupported: model.inferenceTypes.get(region),
    modelLifecycle: model.regionalLifecycle.get(region) ?? model.lifecycle,
  };
}

function unresolved(): Error {
  return notFound('Could not resolve the foundation model from the provided model identifier.');
}

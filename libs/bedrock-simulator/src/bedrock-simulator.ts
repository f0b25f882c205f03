import { type ScriptedAnswer, ScriptedAnswers } from './answers/scripted-answers.js';
import { randomBits } from './settings/random-share.js';
import { AccountModels, type NewAccountModel } from './catalogue/account-models.js';
import {
  type ApplicationProfile,
  Catalogue,
  type NewApplicationProfile,
  type NewModel,
  type NewProfile,
} from './catalogue/catalogue.js';
import { type CatalogueSource, loadCatalogue } from './catalogue/catalogue-file.js';
import { builtInCatalogue } from './catalogue/read-catalogue.js';
import type { Destinations, ModelLifecycle, Rate, ToolUse } from './catalogue/catalogue-types.js';
import { type DataRetentionMode, DataRetentionTable, type EffectiveRetentionMode } from './catalogue/data-retention.js';
import { MantleModels, type NewMantleModel } from './catalogue/mantle-models.js';
import { type ModelAccess, ModelAccessTable } from './catalogue/model-access.js';
import { ResourceTags } from './catalogue/resource-tags.js';
import { RegionOptIns } from './catalogue/region-opt-ins.js';
import { type FaultOptions, FaultRegistry } from './faults/fault-registry.js';
import { profileArn } from './operations/arns.js';
import { ApiKeys, type NewApiKey } from './protocol/api-keys.js';
import { CredentialRegistry, type SimulatorCredentials } from './protocol/credential-registry.js';
import { SignatureVerifier } from './protocol/signature-verifier.js';
import { type ModelQuota, QuotaTable } from './quotas/quota-table.js';
import { AgreementLog } from './records/agreement-log.js';
import { ExecutionLog } from './records/execution-log.js';
import { RequestLog } from './records/request-log.js';
import { DestinationDraws } from './runtime/destination-draws.js';
import { type Certificate, createCertificate } from './server/certificate.js';
import { ControlInterface } from './server/control-interface.js';
import { Delays } from './server/delays.js';
import { Listener } from './server/listener.js';
import { ReplyCache } from './server/reply-cache.js';
import { RequestHandler, type SimulatedState } from './server/request-handler.js';
import { checkInteger } from './settings/checks.js';
import { LatencyModel } from './latency/latency-model.js';
import { ModelLatency } from './latency/model-latency.js';
import { resolveOptions, type ResolvedOptions } from './options/resolve-options.js';
import type { SimulatorOptions } from './options/simulator-options.js';

/**
 * Amazon Bedrock on a local port, control plane and runtime: all regions, real signatures, faults on demand.
 *
 * Every method that changes something takes effect for the requests that arrive after it, and throws a RangeError
 * that says what is accepted when it is given something else.
 *
 * Longer than other files: everything that can be done to it is one short method here, for whoever looks for it.
 */
export class BedrockSimulator {
  /** The requests that arrived. */
  readonly requests: RequestLog;
  /** The runs of models. A call that was refused, or dropped before, has none; one that was repeated has several. */
  readonly executions: ExecutionLog;
  /** The providers' terms that calls accepted. */
  readonly agreements: AgreementLog;
  /** The first set of credentials. */
  readonly credentials: Pick<SimulatorCredentials, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;
  /** The account of the first set of credentials. */
  readonly accountId: string;
  /** PEM of the certificate to trust, when started with `tls`. */
  readonly certificate: string | undefined;

  readonly #state: SimulatedState;
  /** What the simulator started with. */
  readonly #fresh: () => SimulatedState;
  readonly #principals: CredentialRegistry;
  readonly #apiKeys: ApiKeys;
  readonly #listener: Listener;
  readonly #regional = new Map<string, Listener>();
  readonly #delays = new Delays();
  /** Opaque ids given out. */
  #ids = 0;
  #stopped: Promise<void> | undefined;

  private constructor(options: ResolvedOptions, source: CatalogueSource, certificate: Certificate | undefined) {
    const [credentials] = options.credentials;
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    this.#principals = new CredentialRegistry(options.accountId);
    for (const each of options.credentials) {
      this.#principals.add(each);
    }
    this.#apiKeys = new ApiKeys(this.#principals);
    this.credentials = { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
    this.accountId = credentials.accountId ?? options.accountId;
    this.certificate = certificate?.certificate;

    this.requests = new RequestLog();
    this.executions = new ExecutionLog();
    this.agreements = new AgreementLog();
    this.#fresh = () => this.#freshState(options, source);
    this.#state = this.#fresh();

    const handler = new RequestHandler(this.#state, new ControlInterface(this));
    this.#listener = new Listener(options.host, options.port, certificate, (message, peer) =>
      handler.handle(message, peer),
    );
    for (const region of options.listenerPerRegion ? this.regions : []) {
      const listener = new Listener(options.host, 0, certificate, (message, peer) =>
        handler.handle(message, peer, region),
      );
      this.#regional.set(region, listener);
    }
  }

  /**
   * Starts a simulator and waits until it listens.
   *
   * @throws RangeError for an option that is not accepted, of a catalogue a CatalogueError; a system error such as EADDRINUSE for a port that is taken
   */
  static async start(options: SimulatorOptions = {}): Promise<BedrockSimulator> {
    const resolved = resolveOptions(options);
    const source = resolved.catalogue === undefined ? builtInCatalogue() : await loadCatalogue(resolved.catalogue);
    const certificate = resolved.tls ? await createCertificate(resolved.host) : undefined;
    const simulator = new BedrockSimulator(resolved, source, certificate);
    try {
      await Promise.all([simulator.#listener, ...simulator.#regional.values()].map((listener) => listener.open()));
    } catch (error) {
      await simulator.stop();
      throw error;
    }
    return simulator;
  }

  /** URL that plays all regions and services, for `endpoint` or AWS_ENDPOINT_URL. */
  get endpoint(): string {
    return this.#listener.endpoint;
  }

  /** All regions that answer. */
  get regions(): readonly string[] {
    return this.#state.catalogue.regions;
  }

  /** URL that plays one region; without `listenerPerRegion` that of all. */
  endpointFor(region: string): string {
    this.#state.catalogue.checkRegion(region);
    return (this.#regional.get(region) ?? this.#listener).endpoint;
  }

  /**
   * What a child process needs in its environment to call this simulator; undefined unsets what would get in the way.
   * Under `tls` the child has to trust {@link certificate} as well (NODE_EXTRA_CA_CERTS names a file).
   */
  environment(): Record<string, string | undefined> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ENDPOINT_URL_BEDROCK: undefined,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: undefined,
      AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: undefined,
      AWS_ACCESS_KEY_ID: this.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: this.credentials.secretAccessKey,
      AWS_SESSION_TOKEN: this.credentials.sessionToken,
      AWS_PROFILE: undefined,
      AWS_BEARER_TOKEN_BEDROCK: undefined,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
  }

  /**
   * Everything is as it was at the start: the catalogue and all that was added or set, faults, scripts, records. Who may call
   * stays, since clients have their credentials and API keys, and listeners stay open or closed.
   */
  reset(): void {
    this.#ids = 0;
    Object.assign(this.#state, this.#fresh());
    for (const log of [this.requests, this.executions, this.agreements]) {
      log.reset();
    }
  }

  /** Lets requests go wrong, until the function that is returned is called. Of several matching faults the last holds. */
  addFault(fault: FaultOptions): () => void {
    return this.#state.faults.add(fault);
  }

  /** Nothing goes wrong any more. */
  clearFaults(): void {
    this.#state.faults.clear();
  }

  /**
   * Lets models answer as is said here, until the function that is returned is called. Of several scripts that match a request
   * the last holds.
   */
  addAnswer(answer: ScriptedAnswer): () => void {
    return this.#state.answers.add(answer);
  }

  /** All models give their usual answers again. */
  clearAnswers(): void {
    this.#state.answers.clear();
  }

  /** Rejects the tokens of the next `times` (default 1) requests that carry one, in `region` or anywhere. */
  rejectNextToken(options: { region?: string; times?: number } = {}): () => void {
    return this.addFault({ times: 1, ...options, kind: 'rejected-token' });
  }

  /**
   * How far away a region is: how long an answer takes, in milliseconds.
   *
   * @param region or `'*'` for all
   */
  setLatency(region: string, latencyMs: number): void {
    this.#state.latency.set(region, latencyMs);
  }

  /**
   * How long a model takes from the start of a run to its first token, on top of the region's latency.
   *
   * @param modelId of a model, not of a profile; or `'*'` for all
   */
  setModelLatency(modelId: string, latencyMs: number): void {
    this.#state.modelLatency.set(modelId, latencyMs);
  }

  /**
   * How far answers may stray from their region's latency, by the seed.
   *
   * @param share of the latency, 0 to 1
   */
  setJitter(share: number): void {
    this.#state.latency.setJitter(share);
  }

  /** The most that a page holds from now on. */
  setPageSize(pageSize: number): void {
    this.#state.pageSize = checkInteger('pageSize', pageSize, 1);
    this.#state.replies.clear();
  }

  /** Opts the accounts in to an opt-in region. */
  optIn(region: string): void {
    this.#state.optIns.optIn(region);
  }

  /** Takes the accounts' opt-in back: the region refuses them. */
  optOut(region: string): void {
    this.#state.optIns.optOut(region);
  }

  /** Accepts further credentials, or changes those with the same access key id (to let them expire, for one). */
  addCredentials(credentials: SimulatorCredentials): void {
    this.#principals.add(credentials);
  }

  /** Their next request is answered as that of an unknown key. */
  removeCredentials(accessKeyId: string): void {
    this.#principals.remove(accessKeyId);
  }

  /**
   * Makes an API key of Bedrock, which `AWS_BEARER_TOKEN_BEDROCK`, or OpenAI's client as `apiKey`, takes in the place of
   * credentials. It holds as long as those that it is made of.
   */
  apiKey(key: NewApiKey = {}): string {
    if (key.region !== undefined) {
      this.#state.catalogue.checkRegion(key.region);
    }
    const accessKeyId = key.accessKeyId ?? this.credentials.accessKeyId;
    return this.#apiKeys.make({ ...key, accessKeyId }, this.#state.now());
  }

  /** Adds a model; of one that is there already, what is left out stays, and its regions are added to. */
  addModel(model: NewModel): void {
    this.#state.catalogue.addModel(model);
  }

  /** Takes a model out of one region's list, or of all. Its profiles stay. */
  removeModel(modelId: string, region?: string): void {
    this.#state.catalogue.removeModel(modelId, region);
  }

  /** Sets a model's lifecycle, everywhere or in one region. */
  setLifecycle(modelId: string, lifecycle: ModelLifecycle, region?: string): void {
    this.#state.catalogue.setLifecycle(modelId, lifecycle, region);
  }

  /**
   * The rate card that ListFoundationModelAgreementOffers answers with for a model, in every region; undefined takes it back.
   * A model without one has no offer, and the operation refuses it.
   */
  setRateCard(modelId: string, rateCard: readonly Rate[] | undefined): void {
    this.#state.catalogue.setRateCard(modelId, rateCard);
  }

  /** Whether Converse and ConverseStream take tools for a model: `yes`, `not-streaming` or `no`. */
  setToolUse(modelId: string, toolUse: ToolUse): void {
    this.#state.catalogue.setToolUse(modelId, toolUse);
  }

  /**
   * What GetFoundationModelAvailability says of a model, and what calls of it are met with, in one region or in all.
   *
   * @param modelId of a model, not of a profile
   */
  setAccess(modelId: string, access: ModelAccess, region?: string): void {
    if (region !== undefined) {
      this.#state.catalogue.checkRegion(region);
    }
    this.#state.access.set(modelId, access, region);
  }

  /**
   * What GetAccountDataRetention says, and what calls are judged by: models that do not allow the mode refuse them.
   *
   * @param region or `'*'` for all
   * @param accountId the only account that it is set for; left out, it is set for all
   */
  setDataRetention(region: string, mode: DataRetentionMode, accountId?: string): void {
    if (region !== '*') {
      this.#state.catalogue.checkRegion(region);
    }
    this.#state.retention.set(region, mode, accountId);
  }

  /**
   * The modes that a model allows. All, until this is called, but for the models that are known to be strict: Claude Fable 5
   * and its like refuse `none` and `default`.
   *
   * @param modelId of a model, not of a profile
   */
  setAllowedRetention(modelId: string, modes: readonly EffectiveRetentionMode[]): void {
    this.#state.retention.setAllowed(modelId, modes);
  }

  /**
   * What the accounts may use of a model, as Service Quotas lists it and calls of it are throttled. A quota of 0 is that of a
   * new account: every call is throttled.
   */
  setQuota(quota: ModelQuota): void {
    this.#state.quotas.set(quota);
  }

  /** Adds a system-defined profile, or replaces the one with that id. */
  addProfile(profile: NewProfile): void {
    this.#state.catalogue.addProfile(profile, this.#now());
  }

  /** Makes an application profile with an opaque id, as CreateInferenceProfile does. */
  addApplicationProfile(profile: NewApplicationProfile): ApplicationProfile {
    const accountId = profile.accountId ?? this.accountId;
    const id = this.#state.newId();
    const added = this.#state.catalogue.addApplicationProfile(profile, id, accountId, this.#now());
    return { inferenceProfileId: id, inferenceProfileArn: profileArn(added, profile.region, accountId) };
  }

  /** Where a system-defined profile may serve calls made from `sourceRegion`. */
  setDestinations(profileId: string, sourceRegion: string, destinations: Destinations): void {
    this.#state.catalogue.setDestinations(profileId, sourceRegion, destinations);
  }

  /** Takes a profile of either type out of one source region's list, or of all. */
  removeProfile(profileId: string, sourceRegion?: string): void {
    this.#state.catalogue.removeProfile(profileId, sourceRegion);
  }

  /** Adds something that an account owns and calls by its ARN, which is returned. */
  addAccountModel(model: NewAccountModel): string {
    this.#state.catalogue.checkRegion(model.region);
    const id = this.#state.newId();
    return this.#state.accountModels.add(model, id, model.accountId ?? this.accountId, this.#now());
  }

  /** What was added takes calls only with the status that it was given by default. */
  setAccountModelStatus(arn: string, status: string): void {
    this.#state.accountModels.setStatus(arn, status);
  }

  /** Takes what was added out of its region's list; calls of it fail. */
  removeAccountModel(arn: string): void {
    this.#state.accountModels.remove(arn);
  }

  /** Adds a model of `bedrock-mantle`, or replaces the one with that id. */
  addMantleModel(model: NewMantleModel): void {
    model.regions?.forEach((region) => this.#state.catalogue.checkRegion(region));
    this.#state.mantleModels.add(model);
  }

  /** Takes a model of `bedrock-mantle` out of every region's list. */
  removeMantleModel(id: string): void {
    this.#state.mantleModels.remove(id);
  }

  /** Makes a region's own endpoint refuse connections; needs `listenerPerRegion`. */
  async closeRegion(region: string): Promise<void> {
    await this.#regionalListener(region).close();
  }

  /** Opens a closed region again, at the same URL. */
  async openRegion(region: string): Promise<void> {
    if (this.#stopped) {
      throw new Error('bedrock-simulator: it has been stopped; start another.');
    }
    await this.#regionalListener(region).open();
  }

  /**
   * Ends all open HTTP/2 connections gracefully, as a load balancer does now and then: clients are told to send nothing
   * more on them, and what is under way is still answered. Those of HTTP/1.1 stay.
   */
  rotateConnections(): void {
    for (const listener of [this.#listener, ...this.#regional.values()]) {
      listener.rotate();
    }
  }

  /** Ends all connections, hanging ones too, and leaves no timer or handle behind. May be called again. */
  stop(): Promise<void> {
    this.#stopped ??= (async () => {
      this.#delays.clear();
      await Promise.all([this.#listener, ...this.#regional.values()].map((listener) => listener.close()));
      // For requests that came in while connections were ending.
      this.#delays.clear();
    })();
    return this.#stopped;
  }

  #freshState(options: ResolvedOptions, source: CatalogueSource): SimulatedState {
    const replies = new ReplyCache();
    const onChange = (): void => replies.clear();
    const catalogue = new Catalogue(source, onChange, options.additionalRegions, options.asOf);
    return {
      catalogue,
      access: new ModelAccessTable(onChange),
      accountModels: new AccountModels(onChange),
      mantleModels: new MantleModels(catalogue.regions, onChange),
      retention: new DataRetentionTable(onChange, options.now),
      optIns: new RegionOptIns(catalogue, options.optIn, onChange),
      quotas: new QuotaTable(catalogue, onChange),
      tags: new ResourceTags(onChange),
      newId: () => this.#opaqueId(this.#ids++),
      verifier: new SignatureVerifier(this.#principals, this.#apiKeys),
      faults: new FaultRegistry(options.seed, (region) => catalogue.checkRegion(region)),
      latency: new LatencyModel(catalogue.regions, options.latency, options.jitter, options.seed),
      modelLatency: new ModelLatency(options.modelLatency),
      answers: new ScriptedAnswers(),
      requests: this.requests,
      executions: this.executions,
      agreements: this.agreements,
      draws: new DestinationDraws(options.seed),
      replies,
      delays: this.#delays,
      accountId: this.accountId,
      seed: options.seed,
      now: options.now,
      pageSize: options.pageSize,
    };
  }

  #regionalListener(region: string): Listener {
    this.#state.catalogue.checkRegion(region);
    const listener = this.#regional.get(region);
    if (listener) {
      return listener;
    }
    throw new RangeError('bedrock-simulator: regions have listeners of their own only with listenerPerRegion: true.');
  }

  #opaqueId(number: number): string {
    const part = (name: string): string =>
      randomBits(this.#state.seed, name, number).toString(36).padStart(7, '0').slice(1);
    return part('first') + part('second');
  }

  #now(): Date {
    return new Date(this.#state.now());
  }
}

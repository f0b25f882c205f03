/**
 * What Amazon Bedrock offered where, as of 2026-08-22. Made by `scripts/make-catalogue.mjs`.
 * Read by `read-catalogue.ts`; region sets are bit sets in base 36, bit 0 being the first name of {@link REGIONS}.
 * Longer than other files, as it is a table: one line for each model and profile.
 */

/** When it was asked for. */
export const SURVEYED_ON = '2026-08-22';

const names = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Regions that every account has. */
export const ENABLED_BY_DEFAULT = names(`
ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2
ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1
us-east-1 us-east-2 us-west-1 us-west-2
`);

/** Regions that an account has to opt in to. */
export const OPT_IN = names(`
af-south-1 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7
ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 mx-central-1
`);

/** All regions; their position is their bit. */
export const REGIONS: readonly string[] = [...ENABLED_BY_DEFAULT, ...OPT_IN];

/**
 * id | name | provider | input modalities | output modalities | streaming (y, n or absent) | customizations |
 * start, end, legacy, extended-access times (a legacy time makes it LEGACY) | inference types = regions, …
 */
export const MODELS: string = `
ai21.jamba-1-5-large-v1:0|Jamba 1.5 Large|AI21 Labs|T|T|y||2024-09-23T08,2026-11-26T08,2026-05-26T08,2026-08-26T08|O=cn4
ai21.jamba-1-5-mini-v1:0|Jamba 1.5 Mini|AI21 Labs|T|T|y||2024-09-23T08,2026-11-26T08,2026-05-26T08,2026-08-26T08|O=cn4
amazon.nova-2-lite-v1:0|Nova 2 Lite|Amazon|TIV|T|y||2025-12-02T08|I=gmultj
amazon.nova-2-lite-v1:0:256k|Nova 2 Lite|Amazon|TIV|T|y|F|2025-12-02T08|P=cn4
amazon.nova-2-multimodal-embeddings-v1:0|Amazon Nova Multimodal Embeddings|Amazon|TIAV|E|n||2025-10-28T17|O=cn4
amazon.nova-2-sonic-v1:0|Nova 2 Sonic|Amazon|S|ST|y||2025-12-02T18|O=366a
amazon.nova-canvas-v1:0|Nova Canvas|Amazon|TI|I|n||2024-12-03T08,2026-09-30T08,2026-03-30T08|O=si,OP=cn4
amazon.nova-lite-v1:0|Nova Lite|Amazon|TIV|T|y||2024-12-03T08|I=gh4eyd,IO=qcle,O=1kw
amazon.nova-lite-v1:0:24k|Nova Lite|Amazon|TIV|T|y||2024-12-03T08|P=cn4
amazon.nova-lite-v1:0:300k|Nova Lite|Amazon|TIV|T|y|FD|2024-12-03T08|P=cn4
amazon.nova-micro-v1:0|Nova Micro|Amazon|T|T|y||2024-12-03T08|I=fwkv93,IO=cow,O=1kw
amazon.nova-micro-v1:0:128k|Nova Micro|Amazon|T|T|y|FD|2024-12-03T08|P=cn4
amazon.nova-micro-v1:0:24k|Nova Micro|Amazon|T|T|y||2024-12-03T08|P=cn4
amazon.nova-premier-v1:0|Nova Premier|Amazon|TIV|T|y||2025-04-30T08,2026-09-14T07,2026-03-13T07|I=3v28
amazon.nova-premier-v1:0:1000k|Nova Premier|Amazon|TIV|T|y||2025-04-30T08,2026-09-14T07,2026-03-13T07|=3v28
amazon.nova-premier-v1:0:20k|Nova Premier|Amazon|TIV|T|y||2025-04-30T08,2026-09-14T07,2026-03-13T07|=3v28
amazon.nova-premier-v1:0:8k|Nova Premier|Amazon|TIV|T|y||2025-04-30T08,2026-09-14T07,2026-03-13T07|=3v28
amazon.nova-premier-v1:0:mm|Nova Premier|Amazon|TIV|T|y||2025-04-30T08,2026-09-14T07,2026-03-13T07|=3v28
amazon.nova-pro-v1:0|Nova Pro|Amazon|TIV|T|y||2024-12-03T08|I=fx8qwn,IO=mts0,O=1kw
amazon.nova-pro-v1:0:24k|Nova Pro|Amazon|TIV|T|y||2024-12-03T00|P=e80
amazon.nova-pro-v1:0:300k|Nova Pro|Amazon|TIV|T|y|FDP|2024-12-03T00|P=e80
amazon.nova-reel-v1:0|Nova Reel|Amazon|TI|V|n||2024-12-03T08,2026-09-30T08,2026-03-30T08|O=dfm
amazon.nova-reel-v1:1|Nova Reel|Amazon|TI|V|n||2024-12-03T08,2026-09-30T08,2026-03-30T08|O=cn4
amazon.nova-sonic-v1:0|Nova Sonic|Amazon|S|ST|y||2025-04-08T08,2026-09-14T07,2026-03-13T07|O=d1e
amazon.rerank-v1:0|Rerank 1.0|Amazon|T|T|n||2025-04-03T08|O=2tfm
amazon.titan-embed-g1-text-02|Titan Text Embeddings v2|Amazon|T|E|||2023-11-29T08|O=35s0
amazon.titan-embed-image-v1|Titan Multimodal Embeddings G1|Amazon|TI|E|||2023-11-29T08|O=3hzk
amazon.titan-embed-image-v1:0|Titan Multimodal Embeddings G1|Amazon|TI|E|||2023-11-29T08|P=3hzk
amazon.titan-embed-text-v1|Titan Embeddings G1 - Text|Amazon|T|E|n||2025-04-03T08|O=35z6
amazon.titan-embed-text-v1:2:8k|Titan Embeddings G1 - Text|Amazon|T|E|n||2025-04-03T08|=35z6
amazon.titan-embed-text-v2:0|Titan Text Embeddings V2|Amazon|T|E|n||2024-04-30T08|O=7s42xq
amazon.titan-embed-text-v2:0:8k|Titan Text Embeddings V2|Amazon|T|E|n||2024-04-30T08|=cnc
anthropic.claude-3-5-sonnet-20240620-v1:0|Claude 3.5 Sonnet|Anthropic|TI|T|y||2024-06-20T08|I=g,O=10
anthropic.claude-3-5-sonnet-20241022-v2:0|Claude 3.5 Sonnet v2|Anthropic|TI|T|y||2024-10-22T08|I=1g
anthropic.claude-3-7-sonnet-20250219-v1:0|Claude 3.7 Sonnet|Anthropic|TI|T|y||2025-02-19T08|I=g,O=1kw
anthropic.claude-3-haiku-20240307-v1:0|Claude 3 Haiku|Anthropic|TI|T|y||2024-03-13T08|I=pa8,IO=74,O=141vcm
anthropic.claude-3-haiku-20240307-v1:0:200k|Claude 3 Haiku|Anthropic|TI|T|y||2024-03-13T08,2026-09-10T08,2026-03-10T08,2026-06-10T08|P=3y9w
anthropic.claude-3-haiku-20240307-v1:0:48k|Claude 3 Haiku|Anthropic|TI|T|y||2024-03-13T08|P=39sg
anthropic.claude-3-sonnet-20240229-v1:0|Claude 3 Sonnet|Anthropic|TI|T|y||2024-03-04T08|I=w,O=80g
anthropic.claude-3-sonnet-20240229-v1:0:200k|Claude 3 Sonnet|Anthropic|TI|T|y||2024-03-04T08|=w
anthropic.claude-3-sonnet-20240229-v1:0:28k|Claude 3 Sonnet|Anthropic|TI|T|y||2024-03-04T08|P=1c
anthropic.claude-fable-5|Claude Fable 5|Anthropic|TI|T|y||2026-06-09T10|I=zik0zj
anthropic.claude-haiku-4-5-20251001-v1:0|Claude Haiku 4.5|Anthropic|TI|T|y||2025-10-15T17|I=zik0zj
anthropic.claude-opus-4-1-20250805-v1:0|Claude Opus 4.1|Anthropic|TI|T|y||2025-08-05T00,2027-01-08T08,2026-07-08T08,2026-10-08T08|I=3v28
anthropic.claude-opus-4-5-20251101-v1:0|Claude Opus 4.5|Anthropic|TI|T|y||2025-11-24T00|I=zik0zj
anthropic.claude-opus-4-6-v1|Claude Opus 4.6|Anthropic|TI|T|y||2026-02-05T18|I=zijzen,IO=1kw
anthropic.claude-opus-4-7|Claude Opus 4.7|Anthropic|TI|T|y||2026-04-16T14:30|I=zhb2tb,IO=18y68
anthropic.claude-opus-4-8|Claude Opus 4.8|Anthropic|TI|T|y||2026-05-28T10|I=zhb2tb,IO=18y68
anthropic.claude-opus-5|Claude Opus 5|Anthropic|TI|T|y||2026-07-23T17|I=zhb2tb,IO=18y68
anthropic.claude-sonnet-4-20250514-v1:0|Claude Sonnet 4|Anthropic|TI|T|y||2025-05-22T08,2026-10-14T07,2026-04-14T07,2026-07-14T07|I=fy6t8f
anthropic.claude-sonnet-4-20250514-v1:0:200k|Claude Sonnet 4|Anthropic|TI|T|y||2025-05-22T08,2026-10-14T07,2026-04-14T07,2026-07-14T07|=1ekg
anthropic.claude-sonnet-4-20250514-v1:0:32k|Claude Sonnet 4|Anthropic|TI|T|y||2025-05-22T08,2026-10-14T07,2026-04-14T07,2026-07-14T07|=1ekg
anthropic.claude-sonnet-4-5-20250929-v1:0|Claude Sonnet 4.5|Anthropic|TI|T|y||2025-09-29T00|I=zik0zj
anthropic.claude-sonnet-4-6|Claude Sonnet 4.6|Anthropic|TI|T|y||2026-02-17T18|I=zijzen,IO=1kw
anthropic.claude-sonnet-5|Claude Sonnet 5|Anthropic|TI|T|y||2026-06-30T10|I=zhb2tb,IO=18y68
cohere.embed-english-v3|Embed English|Cohere|T|E|n||2025-01-24T08|O=3i0i
cohere.embed-english-v3:0:512|Embed English|Cohere|T|E|n||2025-01-24T08|P=3ds0
cohere.embed-multilingual-v3|Embed Multilingual|Cohere|T|E|n||2025-01-24T08|O=3i0i
cohere.embed-multilingual-v3:0:512|Embed Multilingual|Cohere|T|E|n||2025-01-24T08|P=3ds0
cohere.embed-v4:0|Embed v4|Cohere|TI|E|n||2025-10-02T00|I=7u0jcs,IO=dfm
cohere.rerank-v3-5:0|Rerank 3.5|Cohere|T|T|n||2024-12-01T08|O=362q
deepseek.r1-v1:0|DeepSeek-R1|DeepSeek|T|T|y||2025-03-10T08|I=3v28
deepseek.v3-v1:0|DeepSeek-V3.1|DeepSeek|T|T|y||2025-09-15T00|O=q1jm
deepseek.v3.2|DeepSeek V3.2|DeepSeek|T|T|y||2026-02-06T18|O=1zioi
google.gemma-3-12b-it|Gemma 3 12B IT|Google|TI|T|y||2025-12-02T00|O=29wa4y
google.gemma-3-27b-it|Gemma 3 27B PT|Google|TI|T|y||2025-12-02T00|O=29wa4y
google.gemma-3-4b-it|Gemma 3 4B IT|Google|TI|T|y||2025-12-02T00|O=29wa4y
luma.ray-v2:0|Ray v2|Luma AI|T|V|n||2025-01-23T08|O=2t4w
meta.llama3-1-70b-instruct-v1:0|Llama 3.1 70B Instruct|Meta|T|T|y||2024-07-23T08|I=11xc,IO=2t4w
meta.llama3-1-70b-instruct-v1:0:128k|Llama 3.1 70B Instruct|Meta|T|T|y||2024-07-23T08|=3if4
meta.llama3-1-8b-instruct-v1:0|Llama 3.1 8B Instruct|Meta|T|T|y||2024-07-23T08|I=11xc,IO=2t4w
meta.llama3-1-8b-instruct-v1:0:128k|Llama 3.1 8B Instruct|Meta|T|T|y||2024-07-23T08|=3if4
meta.llama3-3-70b-instruct-v1:0|Llama 3.3 70B Instruct|Meta|T|T|y||2024-12-19T08|I=35s0,IO=pa8
meta.llama3-3-70b-instruct-v1:0:128k|Llama 3.3 70B Instruct|Meta|T|T|y|FD|2024-12-19T08|=2t4w
meta.llama3-70b-instruct-v1:0|Llama 3 70B Instruct|Meta|T|T|y||2024-04-23T08|O=37gw
meta.llama3-8b-instruct-v1:0|Llama 3 8B Instruct|Meta|T|T|y||2024-04-23T08|O=37gw
meta.llama4-maverick-17b-instruct-v1:0|Llama 4 Maverick 17B Instruct|Meta|TI|T|y||2025-04-28T08|I=59mo
meta.llama4-maverick-17b-instruct-v1:0:128k|Llama 4 Maverick 17B Instruct|Meta|TI|T|y||2025-04-28T08|=1ekg
meta.llama4-maverick-17b-instruct-v1:0:1m|Llama 4 Maverick 17B Instruct|Meta|TI|T|y||2025-04-28T08|=1ekg
meta.llama4-scout-17b-instruct-v1:0|Llama 4 Scout 17B Instruct|Meta|TI|T|y||2025-04-28T08|I=59mo
meta.llama4-scout-17b-instruct-v1:0:10m|Llama 4 Scout 17B Instruct|Meta|TI|T|y||2025-04-28T08|=1ekg
meta.llama4-scout-17b-instruct-v1:0:128k|Llama 4 Scout 17B Instruct|Meta|TI|T|y||2025-04-28T08|=1ekg
minimax.minimax-m2|MiniMax M2|MiniMax|T|T|y||2025-12-02T00|O=29wa4y
minimax.minimax-m2.1|MiniMax M2.1|MiniMax|T|T|y||2026-02-06T18|O=29waqa
minimax.minimax-m2.5|MiniMax M2.5|MiniMax|T|T|y||2026-03-18T17|O=29waqa
mistral.devstral-2-123b|Devstral 2 123B|Mistral AI|T|T|y||2026-02-17T18|O=29waqa
mistral.magistral-small-2509|Magistral Small 2509|Mistral AI|TI|T|y||2025-12-02T00|O=29wa4y
mistral.ministral-3-14b-instruct|Ministral 14B 3.0|Mistral AI|TI|T|y||2025-12-02T00|O=29wa4y
mistral.ministral-3-3b-instruct|Ministral 3B|Mistral AI|TI|T|y||2025-12-02T00|O=29wa4y
mistral.ministral-3-8b-instruct|Ministral 3 8B|Mistral AI|TI|T|y||2025-12-02T00|O=29wa4y
mistral.mistral-7b-instruct-v0:2|Mistral 7B Instruct|Mistral AI|T|T|y||2024-03-01T08|O=3hsg
mistral.mistral-large-2402-v1:0|Mistral Large (24.02)|Mistral AI|T|T|y||2024-04-03T08|O=3hsg
mistral.mistral-large-2407-v1:0|Mistral Large (24.07)|Mistral AI|T|T|y||2024-07-24T08|O=2t4w
mistral.mistral-large-3-675b-instruct|Mistral Large 3|Mistral AI|TI|T|y||2025-12-02T00|O=1zgpe
mistral.mistral-small-2402-v1:0|Mistral Small (24.02)|Mistral AI|T|T|y||2024-05-24T08|O=cn4
mistral.mixtral-8x7b-instruct-v0:1|Mixtral 8x7B Instruct|Mistral AI|T|T|y||2024-03-01T08|O=3hsg
mistral.pixtral-large-2502-v1:0|Pixtral Large (25.02)|Mistral AI|TI|T|y||2025-04-08T08|I=3zls
mistral.voxtral-mini-3b-2507|Voxtral Mini 3B 2507|Mistral AI|ST|T|y||2025-12-02T00|O=29wa4y
mistral.voxtral-small-24b-2507|Voxtral Small 24B 2507|Mistral AI|ST|T|y||2025-12-02T00|O=29wa4y
moonshot.kimi-k2-thinking|Kimi K2 Thinking|Moonshot AI|T|T|y||2025-12-02T00|O=41g2
moonshotai.kimi-k2.5|Kimi K2.5|Moonshot AI|TI|T|y||2026-02-06T18|O=1zioi
nvidia.nemotron-nano-12b-v2|NVIDIA Nemotron Nano 12B v2 VL BF16|NVIDIA|TI|T|y||2025-12-02T00|O=29wa4y
nvidia.nemotron-nano-3-30b|Nemotron Nano 3 30B|NVIDIA|T|T|y||2025-12-23T00|O=29wa4y
nvidia.nemotron-nano-9b-v2|NVIDIA Nemotron Nano 9B v2|NVIDIA|T|T|y||2025-12-02T00|O=29wa4y
nvidia.nemotron-super-3-120b|NVIDIA Nemotron 3 Super 120B A12B|NVIDIA|T|T|y||2026-03-18T17|O=29waqa
openai.gpt-5.6-luna|GPT-5.6 Luna|OpenAI|TI|T|y||2026-08-13T17|I=hm4lj3
openai.gpt-5.6-sol|GPT-5.6 Sol|OpenAI|TI|T|y||2026-08-13T17|I=hm4lj3
openai.gpt-5.6-terra|GPT-5.6 Terra|OpenAI|TI|T|y||2026-08-13T17|I=hm4lj3
openai.gpt-oss-120b-1:0|gpt-oss-120b|OpenAI|T|T|y||2025-08-06T00|O=28nck2
openai.gpt-oss-20b-1:0|gpt-oss-20b|OpenAI|T|T|y||2025-08-06T00|O=28nck2
openai.gpt-oss-safeguard-120b|GPT OSS Safeguard 120B|OpenAI|T|T|y||2025-12-02T00|O=29wa4y
openai.gpt-oss-safeguard-20b|GPT OSS Safeguard 20B|OpenAI|T|T|y||2025-12-02T00|O=29wa4y
qwen.qwen3-235b-a22b-2507-v1:0|Qwen3 235B A22B 2507|Qwen|T|T|y||2025-09-15T00|O=28mssy
qwen.qwen3-32b-v1:0|Qwen3 32B (dense)|Qwen|T|T|y||2025-09-15T00|O=28nck2
qwen.qwen3-coder-30b-a3b-v1:0|Qwen3-Coder-30B-A3B-Instruct|Qwen|T|T|y||2025-09-15T00|O=28nck2
qwen.qwen3-coder-480b-a35b-v1:0|Qwen3 Coder 480B A35B Instruct|Qwen|T|T|y||2025-09-15T00|O=q1jm
qwen.qwen3-coder-next|Qwen3 Coder Next|Qwen|T|T|y||2026-02-06T18|O=29sklc
qwen.qwen3-next-80b-a3b|Qwen3 Next 80B A3B|Qwen|T|T|y||2025-12-02T00|O=280uvm
qwen.qwen3-vl-235b-a22b|Qwen3 VL 235B A22B|Qwen|TI|T|y||2025-12-02T00|O=280uvm
stability.sd3-5-large-v1:0|Stable Diffusion 3.5 Large|Stability AI|TI|I|||2024-12-12T08|O=2t4w
stability.stable-conservative-upscale-v1:0|Stable Image Conservative Upscale|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-creative-upscale-v1:0|Stable Image Creative Upscale|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-fast-upscale-v1:0|Stable Image Fast Upscale|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-image-control-sketch-v1:0|Stable Image Control Sketch|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-image-control-structure-v1:0|Stable Image Control Structure|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-image-core-v1:1|Stable Image Core 1.0|Stability AI|T|I|||2024-12-12T08|O=2t4w
stability.stable-image-erase-object-v1:0|Stable Image Erase Object|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-image-inpaint-v1:0|Stable Image Inpaint|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-image-remove-background-v1:0|Stable Image Remove Background|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-image-search-recolor-v1:0|Stable Image Search and Recolor|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-image-search-replace-v1:0|Stable Image Search and Replace|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-image-style-guide-v1:0|Stable Image Style Guide|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-image-ultra-v1:1|Stable Image Ultra 1.0|Stability AI|T|I|||2024-02-22T08|O=2t4w
stability.stable-outpaint-v1:0|Stable Image Outpaint|Stability AI|TI|I|n||2025-09-03T17|I=3v28
stability.stable-style-transfer-v1:0|Stable Image Style Transfer|Stability AI|TI|I|n||2025-09-03T17|I=3v28
twelvelabs.marengo-embed-2-7-v1:0|Marengo Embed v2.7|TwelveLabs|TISV|E|n||2025-07-15T00,2026-11-30T08,2026-05-29T08,2026-08-29T08|O=dfo
twelvelabs.marengo-embed-3-0-v1:0|Marengo Embed 3.0|TwelveLabs|TISV|E|n||2025-10-28T21:41:50|I=sg,IO=cn4,O=4
twelvelabs.pegasus-1-2-v1:0|Pegasus v1.2|TwelveLabs|TV|T|y||2025-10-31T00|I=zdjvnf,IO=cn8
writer.palmyra-vision-7b|Writer Palmyra Vision 7B|Writer|TI|T|y||2026-03-20T17|O=29w1ds
writer.palmyra-x4-v1:0|Palmyra X4|Writer|T|T|y||2025-11-21T18|I=59mo
writer.palmyra-x5-v1:0|Palmyra X5|Writer|T|T|y||2025-11-21T18|I=59mo
xai.grok-4.6|Grok 4.6|xAI|TI|T|y||2026-08-19T17|I=hm4lj3
zai.glm-4.7|GLM 4.7|Z.AI|T|T|y||2026-02-06T18|O=1zioi
zai.glm-4.7-flash|GLM 4.7 Flash|Z.AI|T|T|y||2026-02-06T18|O=29waqa
zai.glm-5|GLM 5|Z.AI|T|T|y||2026-03-18T17|O=1zioi
`;

/** id | name | source regions > destinations (`*`: global), …. The model's id follows the first dot of the profile's. */
export const PROFILES: string = `
apac.amazon.nova-lite-v1:0|APAC Nova Lite|18y68>1k6ta,mh34>26nwe,1>26nwf,3a>3i,2hwcg>4ok8u,9zlds>c69a6
apac.amazon.nova-micro-v1:0|APAC Nova Micro|mh34>26nwe,1>26nwf,3a>3i,2hwcg>4ok8u,9zlds>c69a6
apac.amazon.nova-pro-v1:0|APAC Nova Pro|18y68>1k6ta,mh34>26nwe,1>26nwf,3a>3i,2hwcg>4ok8u,9zlds>c69a6
apac.anthropic.claude-3-5-sonnet-20240620-v1:0|APAC Anthropic Claude 3.5 Sonnet|3a>3a
apac.anthropic.claude-3-5-sonnet-20241022-v2:0|APAC Anthropic Claude 3.5 Sonnet v2|3i>3i
apac.anthropic.claude-3-7-sonnet-20250219-v1:0|APAC Anthropic Claude 3.7 Sonnet|g>b8n2
apac.anthropic.claude-3-haiku-20240307-v1:0|APAC Anthropic Claude 3 Haiku|3a>3a
apac.anthropic.claude-3-sonnet-20240229-v1:0|APAC Anthropic Claude 3 Sonnet|3a>3a
apac.anthropic.claude-sonnet-4-20250514-v1:0|APAC Claude Sonnet 4|1k6ta>1k6ta,mh34>26nwe,1>26nwf,2hwcg>4ok8u,9zlds>c69a6
apac.twelvelabs.marengo-embed-2-7-v1:0|APAC TwelveLabs Marengo Embed v2.7|4>26nwe
apac.twelvelabs.pegasus-1-2-v1:0|APAC Pegasus v1.2|4>1k6ta
au.anthropic.claude-haiku-4-5-20251001-v1:0|AU Anthropic Claude Haiku 4.5|18y80>18y80,4zsow>68qww
au.anthropic.claude-opus-4-6-v1|AU Anthropic Claude Opus 4.6|18y80>18y80,4zsow>68qww
au.anthropic.claude-opus-4-7|AU Anthropic Claude Opus 4.7|18y80>18y80
au.anthropic.claude-opus-4-8|AU Anthropic Claude Opus 4.8|18y80>18y80
au.anthropic.claude-opus-5|AU Anthropic Claude Opus 5|18y80>18y80
au.anthropic.claude-sonnet-4-5-20250929-v1:0|AU AU Anthropic Claude Sonnet 4.5|18y80>18y80,4zsow>68qww
au.anthropic.claude-sonnet-4-6|AU Anthropic Claude Sonnet 4.6|18y80>18y80,4zsow>68qww
au.anthropic.claude-sonnet-5|AU Anthropic Claude Sonnet 5|18y80>18y80
ca.amazon.nova-lite-v1:0|CA Nova Lite|jz6v4>jz6v4
eu.amazon.nova-2-lite-v1:0|EU Amazon Nova 2 Lite|6nqdq8>6nqdq8
eu.amazon.nova-lite-v1:0|EU Nova Lite|27wr28>27wvls,4fti4g>4ftmo0,4jk>4jk,8vn08w>b3jvuo
eu.amazon.nova-micro-v1:0|EU Nova Micro|27wr28>27wvls,4fti4g>4ftmo0,4jk>4jk,8vn08w>b3jvuo
eu.amazon.nova-pro-v1:0|EU Nova Pro|27wr28>27wvls,4fti4g>4ftmo0,4jk>4jk,8vn08w>b3jvuo
eu.anthropic.claude-3-haiku-20240307-v1:0|EU Anthropic Claude 3 Haiku|45c>45c
eu.anthropic.claude-3-sonnet-20240229-v1:0|EU Anthropic Claude 3 Sonnet|45c>45c
eu.anthropic.claude-haiku-4-5-20251001-v1:0|EU Anthropic Claude Haiku 4.5|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.anthropic.claude-opus-4-5-20251101-v1:0|EU Anthropic Claude Opus 4.5|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.anthropic.claude-opus-4-6-v1|EU Anthropic Claude Opus 4.6|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.anthropic.claude-opus-4-7|EU Anthropic Claude Opus 4.7|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.anthropic.claude-opus-4-8|EU Anthropic Claude Opus 4.8|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.anthropic.claude-opus-5|EU Anthropic Claude Opus 5|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.anthropic.claude-sonnet-4-20250514-v1:0|EU Claude Sonnet 4|6nqdq8>6nqdq8,8vn08w>fjddz4
eu.anthropic.claude-sonnet-4-5-20250929-v1:0|EU Anthropic Claude Sonnet 4.5|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.anthropic.claude-sonnet-4-6|EU Anthropic Claude Sonnet 4.6|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.anthropic.claude-sonnet-5|EU Anthropic Claude Sonnet 5|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.cohere.embed-v4:0|EU Cohere Embed v4|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
eu.meta.llama3-2-1b-instruct-v1:0|EU Meta Llama 3.2 1B Instruct|45c>45c
eu.meta.llama3-2-3b-instruct-v1:0|EU Meta Llama 3.2 3B Instruct|45c>45c
eu.mistral.pixtral-large-2502-v1:0|EU Mistral Pixtral Large 25.02|4jk>4jk
eu.twelvelabs.marengo-embed-2-7-v1:0|EU TwelveLabs Marengo Embed v2.7|sg>6nqdq8
eu.twelvelabs.marengo-embed-3-0-v1:0|EU TwelveLabs Marengo Embed 3.0|sg>6nqdq8
eu.twelvelabs.pegasus-1-2-v1:0|EU TwelveLabs Pegasus v1.2|6nqdq8>6nqdq8,1kw>6nqfb4,13ydj4>7ror9c
global.amazon.nova-2-lite-v1:0|GLOBAL Amazon Nova 2 Lite|gmultj>*
global.anthropic.claude-fable-5|Global Anthropic Claude Fable 5|zik0zj>*
global.anthropic.claude-haiku-4-5-20251001-v1:0|Global Anthropic Claude Haiku 4.5|zik0zj>*
global.anthropic.claude-opus-4-5-20251101-v1:0|GLOBAL Anthropic Claude Opus 4.5|zik0zj>*
global.anthropic.claude-opus-4-6-v1|Global Anthropic Claude Opus 4.6|zik0zj>*
global.anthropic.claude-opus-4-7|Global Anthropic Claude Opus 4.7|zik0zj>*
global.anthropic.claude-opus-4-8|Global Anthropic Claude Opus 4.8|zik0zj>*
global.anthropic.claude-opus-5|Global Anthropic Claude Opus 5|zik0zj>*
global.anthropic.claude-sonnet-4-20250514-v1:0|Global Claude Sonnet 4|3vuq>*
global.anthropic.claude-sonnet-4-5-20250929-v1:0|Global Claude Sonnet 4.5|zik0zj>*
global.anthropic.claude-sonnet-4-6|Global Anthropic Claude Sonnet 4.6|zik0zj>*
global.anthropic.claude-sonnet-5|Global Anthropic Claude Sonnet 5|zik0zj>*
global.cohere.embed-v4:0|Global Cohere Embed v4|7u0wse>*
global.openai.gpt-5.6-luna|Global OpenAI GPT-5.6 Luna|h25erj>*
global.openai.gpt-5.6-sol|Global OpenAI GPT-5.6 Sol|h25erj>*
global.openai.gpt-5.6-terra|Global OpenAI GPT-5.6 Terra|h25erj>*
global.twelvelabs.pegasus-1-2-v1:0|GLOBAL TwelveLabs Pegasus v1.2|zdk8an>*
global.xai.grok-4.6|Global xAI Grok 4.6|h25erj>*
in.openai.gpt-5.6-luna|IN OpenAI GPT-5.6 Luna|b8k0>b8k0
in.openai.gpt-5.6-terra|IN OpenAI GPT-5.6 Terra|b8k0>b8k0
jp.amazon.nova-2-lite-v1:0|JP Amazon Nova 2 Lite|2>a
jp.anthropic.claude-haiku-4-5-20251001-v1:0|JP Anthropic Claude Haiku 4.5|a>a
jp.anthropic.claude-opus-4-7|JP Anthropic Claude Opus 4.7|a>a
jp.anthropic.claude-opus-4-8|JP Anthropic Claude Opus 4.8|a>a
jp.anthropic.claude-sonnet-4-5-20250929-v1:0|JP Anthropic Claude Sonnet 4.5|a>a
jp.anthropic.claude-sonnet-4-6|JP Anthropic Claude Sonnet 4.6|a>a
us.amazon.nova-2-lite-v1:0|US Amazon Nova 2 Lite|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.amazon.nova-lite-v1:0|US Nova Lite|3v28>3v28,1ekg>59mo
us.amazon.nova-micro-v1:0|US Nova Micro|3v28>3v28
us.amazon.nova-premier-v1:0|US Nova Premier|3v28>3v28
us.amazon.nova-pro-v1:0|US Nova Pro|3v28>3v28,1ekg>59mo
us.anthropic.claude-3-haiku-20240307-v1:0|US Anthropic Claude 3 Haiku|35s0>35s0,pa8>3v28
us.anthropic.claude-3-sonnet-20240229-v1:0|US Anthropic Claude 3 Sonnet|35s0>35s0
us.anthropic.claude-fable-5|US Anthropic Claude Fable 5|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.anthropic.claude-haiku-4-5-20251001-v1:0|US Anthropic Claude Haiku 4.5|3v28>3v28,3k>3v5s,1ekg>59mo
us.anthropic.claude-opus-4-1-20250805-v1:0|US Claude Opus 4.1|3v28>3v28
us.anthropic.claude-opus-4-5-20251101-v1:0|US Anthropic Claude Opus 4.5|3v28>3v28,3k>3v5s,1ekg>59mo
us.anthropic.claude-opus-4-6-v1|US Anthropic Claude Opus 4.6|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.anthropic.claude-opus-4-7|US Anthropic Claude Opus 4.7|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.anthropic.claude-opus-4-8|US Anthropic Claude Opus 4.8|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.anthropic.claude-opus-5|US Anthropic Claude Opus 5|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.anthropic.claude-sonnet-4-20250514-v1:0|US Claude Sonnet 4|3v28>3v28,1ekg>59mo
us.anthropic.claude-sonnet-4-5-20250929-v1:0|US Anthropic Claude Sonnet 4.5|3v28>3v28,3k>3v5s,1ekg>59mo
us.anthropic.claude-sonnet-4-6|US Anthropic Claude Sonnet 4.6|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.anthropic.claude-sonnet-5|US Anthropic Claude Sonnet 5|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.cohere.embed-v4:0|US Cohere Embed v4|3v28>3v28,1ekg>59mo
us.deepseek.r1-v1:0|US DeepSeek-R1|3v28>3v28
us.meta.llama3-1-405b-instruct-v1:0|US Meta Llama 3.1 Instruct 405B|pa8>3v28
us.meta.llama3-1-70b-instruct-v1:0|US Meta Llama 3.1 70B Instruct|3v28>3v28
us.meta.llama3-1-8b-instruct-v1:0|US Meta Llama 3.1 8B Instruct|3v28>3v28
us.meta.llama3-2-11b-instruct-v1:0|US Meta Llama 3.2 11B Instruct|35s0>35s0,pa8>3v28
us.meta.llama3-2-1b-instruct-v1:0|US Meta Llama 3.2 1B Instruct|35s0>35s0,pa8>3v28
us.meta.llama3-2-3b-instruct-v1:0|US Meta Llama 3.2 3B Instruct|35s0>35s0,pa8>3v28
us.meta.llama3-2-90b-instruct-v1:0|US Meta Llama 3.2 90B Instruct|35s0>35s0,pa8>3v28
us.meta.llama3-3-70b-instruct-v1:0|US Meta Llama 3.3 70B Instruct|3v28>3v28
us.meta.llama4-maverick-17b-instruct-v1:0|US Llama 4 Maverick 17B Instruct|3v28>3v28,1ekg>59mo
us.meta.llama4-scout-17b-instruct-v1:0|US Llama 4 Scout 17B Instruct|3v28>3v28,1ekg>59mo
us.mistral.pixtral-large-2502-v1:0|US Mistral Pixtral Large 25.02|3v28>3v28
us.openai.gpt-5.6-luna|US OpenAI GPT-5.6 Luna|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.openai.gpt-5.6-sol|US OpenAI GPT-5.6 Sol|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.openai.gpt-5.6-terra|US OpenAI GPT-5.6 Terra|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
us.stability.stable-conservative-upscale-v1:0|US Stable Image Conservative Upscale|3v28>3v28
us.stability.stable-creative-upscale-v1:0|US Stable Image Creative Upscale|3v28>3v28
us.stability.stable-fast-upscale-v1:0|US Stable Image Fast Upscale|3v28>3v28
us.stability.stable-image-control-sketch-v1:0|US Stable Image Control Sketch|3v28>3v28
us.stability.stable-image-control-structure-v1:0|US Stable Image Control Structure|3v28>3v28
us.stability.stable-image-erase-object-v1:0|US Stable Image Erase Object|3v28>3v28
us.stability.stable-image-inpaint-v1:0|US Stable Image Inpaint|3v28>3v28
us.stability.stable-image-remove-background-v1:0|US Stable Image Remove Background|3v28>3v28
us.stability.stable-image-search-recolor-v1:0|US Stable Image Search and Recolor|3v28>3v28
us.stability.stable-image-search-replace-v1:0|US Stable Image Search and Replace|3v28>3v28
us.stability.stable-image-style-guide-v1:0|US Stable Image Style Guide|3v28>3v28
us.stability.stable-outpaint-v1:0|US Stable Image Outpaint|3v28>3v28
us.stability.stable-style-transfer-v1:0|US Stable Image Style Transfer|3v28>3v28
us.twelvelabs.marengo-embed-2-7-v1:0|US TwelveLabs Marengo Embed v2.7|cn4>59mo
us.twelvelabs.marengo-embed-3-0-v1:0|US TwelveLabs Marengo Embed 3.0|cn4>3v28
us.twelvelabs.pegasus-1-2-v1:0|US Pegasus v1.2|3if4>3v28,1r7k>59mo
us.writer.palmyra-x4-v1:0|US Writer Palmyra X4|3v28>3v28,1ekg>59mo
us.writer.palmyra-x5-v1:0|US Writer Palmyra X5|3v28>3v28,1ekg>59mo
us.xai.grok-4.6|US xAI Grok 4.6|3v28>3v28,3k>3v5s,1ekg>59mo,jz6rk>k31ts
`;

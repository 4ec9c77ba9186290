import { s } from '@tutti/plugin-sdk';
import { defined } from '../defined.ts';

const STORAGE_CLASSES = ['REGIONAL', 'MULTI_REGIONAL', 'NEARLINE', 'COLDLINE', 'STANDARD', 'ARCHIVE', 'DURABLE_REDUCED_AVAILABILITY'] as const; // prettier-ignore

const accessControls = s.list(
  s.object({
    entity: s.object({
      type: s.enum(['USER', 'GROUP', 'DOMAIN', 'PROJECT', 'ALL_USERS', 'ALL_AUTHENTICATED_USERS']),
      value: s.string().optional(),
    }),
    role: s.enum(['READER', 'WRITER', 'OWNER']),
  }),
);

/** What a bucket is to be like. */
export const bucketProperties = {
  location: s.string().optional().describe('Region or multi-region, such as EU; US when left out. It cannot be changed.'), // prettier-ignore
  storageClass: s.enum(STORAGE_CLASSES).optional().describe('How the objects are kept.'),
  labels: s.record(s.string()).optional().describe('Labels of the bucket.'),
  versioningEnabled: s.boolean().optional().describe('Whether objects that are replaced are kept.'),
  requesterPays: s.boolean().optional().describe('Whether those who read pay for it.'),
  indexPage: s.string().optional().describe('Object that a website of this bucket shows for a folder.'),
  notFoundPage: s.string().optional().describe('Object that such a website shows for one that is not there.'),
  lifecycleRules: s
    .list(
      s.object({
        condition: s.object({ age: s.int() }),
        action: s.object({ type: s.enum(['DELETE', 'SET_STORAGE_CLASS']), storageClass: s.enum(STORAGE_CLASSES).optional() }), // prettier-ignore
      }),
    )
    .optional()
    .describe('What becomes of objects of an age in days.'),
  cors: s
    .list(
      s.object({
        maxAgeSeconds: s.int().optional(),
        methods: s.list(s.string()).default([]),
        origins: s.list(s.string()).default([]),
        responseHeaders: s.list(s.string()).default([]),
      }),
    )
    .optional()
    .describe('Which websites may read it.'),
  acl: accessControls.optional().describe('Who may do what with the bucket.'),
  defaultAcl: accessControls.optional().describe('Who may do what with new objects.'),
  defaultKmsKeyName: s.string().optional().describe('Key of Cloud KMS that objects are encrypted with.'),
  defaultEventBasedHold: s.boolean().optional().describe('Whether new objects are held.'),
  retentionPeriod: s.int().optional().describe('How long objects must be kept, s.'),
  iamConfiguration: s
    .object({ uniformBucketLevelAccessEnabled: s.boolean().optional(), publicAccessPrevention: s.string().optional() })
    .optional()
    .describe('Whether access is by IAM alone, and whether the public is kept out.'),
  logging: s
    .object({ logBucket: s.string().optional(), logObjectPrefix: s.string().optional() })
    .optional()
    .describe('Bucket that its access log goes to.'),
} as const;

type BucketProperties = {
  readonly [Name in keyof typeof bucketProperties]: (typeof bucketProperties)[Name]['_zod']['output'];
};

/** The bucket as the API of Cloud Storage wants it described. */
export function bucketResource(properties: BucketProperties): Record<string, unknown> {
  const { indexPage, notFoundPage, versioningEnabled, requesterPays, retentionPeriod, defaultKmsKeyName } = properties;
  return defined({
    location: properties.location,
    storageClass: properties.storageClass,
    labels: properties.labels,
    versioning: unless(versioningEnabled, { enabled: versioningEnabled }),
    billing: unless(requesterPays, { requesterPays }),
    website: unless(indexPage ?? notFoundPage, defined({ mainPageSuffix: indexPage, notFoundPage })),
    lifecycle: unless(properties.lifecycleRules, { rule: properties.lifecycleRules?.map(ruleResource) }),
    cors: properties.cors?.map(({ maxAgeSeconds, methods, origins, responseHeaders }) =>
      defined({ maxAgeSeconds, method: methods, origin: origins, responseHeader: responseHeaders }),
    ),
    acl: properties.acl?.map(accessResource),
    defaultObjectAcl: properties.defaultAcl?.map(accessResource),
    encryption: unless(defaultKmsKeyName, { defaultKmsKeyName }),
    defaultEventBasedHold: properties.defaultEventBasedHold,
    retentionPolicy: unless(retentionPeriod, { retentionPeriod }),
    iamConfiguration: iamResource(properties.iamConfiguration),
    logging: properties.logging,
  });
}

const unless = <T>(wish: unknown, value: T): T | undefined => (wish === undefined ? undefined : value);

type LifecycleRule = NonNullable<BucketProperties['lifecycleRules']>[number];

const ruleResource = ({ condition, action: { type, storageClass } }: LifecycleRule) => ({
  condition,
  action: defined({ type: type === 'DELETE' ? 'Delete' : 'SetStorageClass', storageClass }),
});

const ENTITIES = { ALL_USERS: 'allUsers', ALL_AUTHENTICATED_USERS: 'allAuthenticatedUsers' } as const;

const accessResource = ({ entity: { type, value }, role }: NonNullable<BucketProperties['acl']>[number]) => ({
  entity: type in ENTITIES ? ENTITIES[type as keyof typeof ENTITIES] : `${type.toLowerCase()}-${value ?? ''}`,
  role,
});

const iamResource = (wish: BucketProperties['iamConfiguration']) =>
  wish &&
  defined({
    publicAccessPrevention: wish.publicAccessPrevention,
    uniformBucketLevelAccess: unless(wish.uniformBucketLevelAccessEnabled, { enabled: wish.uniformBucketLevelAccessEnabled }), // prettier-ignore
  });

import { subjects } from '@tutti/contracts';
import type {
  ChangedReply,
  DeleteFlow,
  DeleteFlowReply,
  DeleteKeyValue,
  DeleteKeyValueReply,
  DeleteNamespaceFile,
  GetFlow,
  GetFlowReply,
  GetKeyValue,
  GetKeyValueReply,
  GetNamespaceFile,
  GetNamespaceFileReply,
  KeyValue,
  ListKeyValues,
  ListKeyValuesReply,
  ListNamespaceFiles,
  ListNamespaceFilesReply,
  MoveNamespaceFile,
  NamespaceFile,
  PutNamespaceFile,
  SaveFlow,
  SaveFlowReply,
  SetKeyValue,
  ValidateFlows,
  ValidateFlowsReply,
} from '@tutti/contracts';
import type { Bus } from '@tutti/bus';

/** Orders and questions to the flow-registry: flows, key-value pairs, namespace files. */
export class RegistryClient {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  saveFlow = (command: SaveFlow): Promise<SaveFlowReply> => this.#bus.request(subjects.flow('save'), command);
  validateFlows = (command: ValidateFlows): Promise<ValidateFlowsReply> =>
    this.#bus.request(subjects.flow('validate'), command);
  getFlow = (command: GetFlow): Promise<GetFlowReply> => this.#bus.request(subjects.flow('get'), command);
  deleteFlow = (command: DeleteFlow): Promise<DeleteFlowReply> => this.#bus.request(subjects.flow('delete'), command);

  setKeyValue = (command: SetKeyValue): Promise<KeyValue> => this.#bus.request(subjects.keyValue('set'), command);
  getKeyValue = (command: GetKeyValue): Promise<GetKeyValueReply> =>
    this.#bus.request(subjects.keyValue('get'), command);
  deleteKeyValue = (command: DeleteKeyValue): Promise<DeleteKeyValueReply> =>
    this.#bus.request(subjects.keyValue('delete'), command);
  listKeyValues = (command: ListKeyValues): Promise<ListKeyValuesReply> =>
    this.#bus.request(subjects.keyValue('list'), command);

  putFile = (command: PutNamespaceFile): Promise<NamespaceFile> => this.#bus.request(subjects.file('put'), command);
  getFile = (command: GetNamespaceFile): Promise<GetNamespaceFileReply> =>
    this.#bus.request(subjects.file('get'), command);
  listFiles = (command: ListNamespaceFiles): Promise<ListNamespaceFilesReply> =>
    this.#bus.request(subjects.file('list'), command);
  deleteFile = (command: DeleteNamespaceFile): Promise<ChangedReply> =>
    this.#bus.request(subjects.file('delete'), command);
  moveFile = (command: MoveNamespaceFile): Promise<ChangedReply> => this.#bus.request(subjects.file('move'), command);
}

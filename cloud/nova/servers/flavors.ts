/** A flavor; memory in MiB, disk in GiB. */
export interface Flavor {
  readonly id: string;
  readonly name: string;
  readonly ram: number;
  readonly disk: number;
  readonly vcpus: number;
}

/** The flavors of the cloud. */
export const flavors: readonly Flavor[] = [
  { id: '42', name: 'm1.nano', ram: 64, disk: 1, vcpus: 1 },
  { id: '84', name: 'm1.micro', ram: 128, disk: 1, vcpus: 1 },
  { id: '1', name: 'm1.tiny', ram: 512, disk: 1, vcpus: 1 },
];

import { randomUUID } from 'node:crypto';
import { Factories } from '@cyclonedx/cyclonedx-library/Contrib/License';
import { ComponentType, HashAlgorithm } from '@cyclonedx/cyclonedx-library/Enums';
import { Bom, Component, HashDictionary, LicenseRepository, Metadata } from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json, JsonSerializer } from '@cyclonedx/cyclonedx-library/Serialize';
import { isSupportedSpdxId } from '@cyclonedx/cyclonedx-library/SPDX';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import { packageRoot } from '../root.ts';
import { type InstalledPackage, installedPackages } from './installed-packages.ts';

/** The tool and all that it loads at run time, as it is installed here: CycloneDX 1.6 in JSON. */
export function sbomText(now: Date, root: string = packageRoot): string {
  const [tool, ...others] = installedPackages(root);
  if (tool === undefined) throw new Error(`${root} holds no package`);
  // The same version of a package may be installed in several places; it is one component.
  const purls = new Map([tool, ...others].map(({ folder, manifest }) => [folder, purlOf(manifest)]));
  const main = componentOf(tool, ComponentType.Application);
  const components = new Map([[purlOf(tool.manifest), main]]);
  for (const other of others) components.set(purlOf(other.manifest), componentOf(other, ComponentType.Library));
  for (const { manifest, needs } of [tool, ...others]) {
    for (const need of needs) {
      const needed = components.get(purls.get(need) ?? '');
      if (needed) components.get(purlOf(manifest))?.dependencies.add(needed.bomRef);
    }
  }
  const bom = new Bom({
    serialNumber: `urn:uuid:${randomUUID()}`,
    metadata: new Metadata({ timestamp: now, component: main }),
  });
  for (const component of components.values()) if (component !== main) bom.components.add(component);
  const serializer = new JsonSerializer(new Json.Normalize.Factory(Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf({ manifest, integrity }: InstalledPackage, type: ComponentType): Component {
  const { name, version } = manifest;
  const [, group, bare = name] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [];
  const purl = purlOf(manifest);
  return new Component(type, bare, {
    bomRef: purl,
    ...(group === undefined ? {} : { group }),
    version,
    purl,
    licenses: new LicenseRepository(licensesOf(manifest).map(text => licenseFactory.makeFromString(text))),
    hashes: new HashDictionary(hashesOf(integrity)),
  });
}

function purlOf({ name, version }: InstalledPackage['manifest']): string {
  return `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`;
}

const licenseFactory = new Factories.LicenseFactory(expression => {
  const ids = expression.split(/[\s()]+/).filter(word => !['', 'AND', 'OR', 'WITH'].includes(word));
  if (ids.length < 2 || !ids.every(id => isSupportedSpdxId(id.replace(/\+$/, '')))) throw new Error('no expression');
});

function licensesOf({ license, licenses = [] }: InstalledPackage['manifest']): string[] {
  if (typeof license === 'string') return [license];
  return licenses.flatMap(({ type }) => (type === undefined ? [] : [type]));
}

/** The archive's own hashes; npm writes SHA-512, and SHA-1 for what is old. */
function hashesOf(integrity: string | null): [HashAlgorithm, string][] {
  const known: Record<string, HashAlgorithm> = {
    sha512: HashAlgorithm['SHA-512'],
    sha256: HashAlgorithm['SHA-256'],
    sha1: HashAlgorithm['SHA-1'],
  };
  return (integrity ?? '').split(/\s+/).flatMap(each => {
    const [, name = '', base64 = ''] = /^(\w+)-(.+)$/.exec(each) ?? [];
    const algorithm = known[name];
    return algorithm === undefined ? [] : [[algorithm, Buffer.from(base64, 'base64').toString('hex')]];
  });
}

/** The links of a resource of Nova. */
export function links(
  url: string,
  kind: 'servers' | 'flavors' | 'images',
  id: string,
): { rel: string; href: string }[] {
  return [
    { rel: 'self', href: `${url}/compute/v2.1/${kind}/${id}` },
    { rel: 'bookmark', href: `${url}/compute/${kind}/${id}` },
  ];
}

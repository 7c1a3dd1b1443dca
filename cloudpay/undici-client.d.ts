// The deep import keeps fetch, HTTP/2 and the web parts of undici out of memory; undici ships no types for the path.
declare module 'undici/lib/dispatcher/client.js' {
  const Client: typeof import('undici').Client;
  export = Client;
}

/** What the service tells its operator; pino fits. Fields never hold a secret or a payload. */
export interface FleetLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

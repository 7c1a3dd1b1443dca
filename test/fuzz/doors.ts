import type { FuzzDoor } from './door.ts';
import { gatewayDoor } from './doors/gateway-door.ts';
import { httpDoors } from './doors/http-doors.ts';
import { storageDoors } from './doors/storage-doors.ts';
import { textDoors } from './doors/text-doors.ts';

/** Every place where bytes from outside come in. */
export async function everyDoor(): Promise<FuzzDoor[]> {
  return [gatewayDoor(), ...textDoors(), ...(await storageDoors()), ...httpDoors()];
}

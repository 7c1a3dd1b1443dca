import type { FuzzDoor } from './door.ts';
import { fleetDoors } from './doors/fleet-doors.ts';
import { gatewayDoor } from './doors/gateway-door.ts';
import { httpDoors } from './doors/http-doors.ts';
import { storageDoors } from './doors/storage-doors.ts';
import { textDoors } from './doors/text-doors.ts';
import { upgradeDoors } from './doors/upgrade-doors.ts';

/** Every place where bytes from outside come in. */
export async function everyDoor(): Promise<FuzzDoor[]> {
  const [storage, upgrade] = [await storageDoors(), await upgradeDoors()];
  return [gatewayDoor(), ...textDoors(), ...storage, ...httpDoors(), ...fleetDoors(), ...upgrade];
}

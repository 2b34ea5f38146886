/** What this browser knows of the bench that it stands at. */
export interface Station {
  name: string;
  warehouse?: string;
  /** Whether a closed box has its label bought. */
  buysLabel: boolean;
  isLoud: boolean;
  lockMinutes: number;
}

const KEY = "packhorse-station";
export const STATION_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
export const LOCK_MINUTES = [5, 15, 60];

export function savedStation(): Station | null {
  const saved = localStorage.getItem(KEY);
  return saved ? (JSON.parse(saved) as Station) : null;
}

export const saveStation = (station: Station) => localStorage.setItem(KEY, JSON.stringify(station));

/** The station of a name: as this browser knows it, or a new one. */
export function stationOf(name: string): Station {
  const saved = savedStation();
  return saved?.name === name ? saved : { name, buysLabel: false, isLoud: true, lockMinutes: 5 };
}

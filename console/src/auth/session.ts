import { type User, UserManager, type UserManagerSettings, WebStorageStateStore } from "oidc-client-ts";
import { forgetKept } from "../ui/kept";

export interface Settings {
  client_id: string;
  /** The user pool's own address: <domain>.auth.<region>.amazoncognito.com, or the local stack's. */
  sign_in_url: string;
}

/**
 * Keeps tokens in memory; a reload finds the refresh token alone, and only in its own tab.
 * What a script of another page or a later visitor could read is thus worth twelve hours at most, and ends with the tab.
 */
export class TokenStore implements Storage {
  private readonly memory = new Map<string, string>();

  get length() {
    return sessionStorage.length;
  }
  clear() {
    this.memory.clear();
  }
  key(index: number) {
    return sessionStorage.key(index);
  }
  getItem(key: string) {
    return this.memory.get(key) ?? sessionStorage.getItem(key);
  }
  setItem(key: string, value: string) {
    this.memory.set(key, value);
    const { refresh_token, profile } = JSON.parse(value);
    sessionStorage.setItem(
      key,
      JSON.stringify({ refresh_token, profile: { sub: profile?.sub }, expires_at: 0 }),
    );
  }
  removeItem(key: string) {
    this.memory.delete(key);
    sessionStorage.removeItem(key);
  }
}

export function managerOf(settings: Settings, origin: string): UserManager {
  const at = settings.sign_in_url;
  const options: UserManagerSettings = {
    authority: at,
    metadata: {
      issuer: at,
      authorization_endpoint: `${at}/oauth2/authorize`,
      token_endpoint: `${at}/oauth2/token`,
      revocation_endpoint: `${at}/oauth2/revoke`,
    },
    client_id: settings.client_id,
    redirect_uri: `${origin}/signed-in`,
    response_type: "code",
    scope: "openid email profile",
    loadUserInfo: false,
    automaticSilentRenew: true,
    userStore: new WebStorageStateStore({ prefix: "packhorse.", store: new TokenStore() }),
    stateStore: new WebStorageStateStore({ prefix: "packhorse.", store: sessionStorage }),
  };
  return new UserManager(options);
}

/** Who is signed in: asks for tokens where there are none, and remembers the page that was asked for. */
export class Session {
  private refreshing: Promise<User | null> | null = null;

  constructor(
    private readonly manager: UserManager,
    private readonly settings: Settings,
    private readonly origin: string,
  ) {}

  /** Returns false while the browser leaves for the sign-in page. */
  async start(path: string): Promise<boolean> {
    if (path.startsWith("/signed-out")) return true;
    if (path.startsWith("/signed-in")) return this.finish();
    if (await this.token()) return true;
    await this.signIn(path);
    return false;
  }

  private async finish(): Promise<boolean> {
    try {
      const user = await this.manager.signinRedirectCallback();
      const back = (user.state as { path?: string } | undefined)?.path ?? "/";
      window.history.replaceState(null, "", back);
      return true;
    } catch {
      await this.signIn("/"); // an old address, or a state of another tab
      return false;
    }
  }

  async token(): Promise<string | null> {
    const user = await this.manager.getUser();
    if (user?.access_token && !user.expired) return user.access_token;
    return user?.refresh_token ? ((await this.refresh())?.access_token ?? null) : null;
  }

  /** One refresh at a time: a refresh token counts once. */
  async refresh(): Promise<User | null> {
    this.refreshing ??= this.manager
      .signinSilent()
      .catch(() => null)
      .finally(() => {
        this.refreshing = null;
      });
    return this.refreshing;
  }

  async signIn(path: string): Promise<void> {
    await this.manager.removeUser();
    await this.manager.signinRedirect({ state: { path } });
  }

  /** Drop the tokens of who was here; the next request, or `signInAnew`, has somebody sign in. */
  async lock(): Promise<void> {
    await this.manager.revokeTokens(["refresh_token"]).catch(() => undefined);
    await this.manager.removeUser();
  }

  /** Sign in although the sign-in page may remember the person: whoever stands there now says who that is. */
  async signInAnew(path: string): Promise<void> {
    await this.manager.signinRedirect({ state: { path }, prompt: "login" });
  }

  async signOut(): Promise<void> {
    forgetKept();
    await this.manager.revokeTokens(["refresh_token"]).catch(() => undefined);
    await this.manager.removeUser();
    const query = new URLSearchParams({
      client_id: this.settings.client_id,
      logout_uri: `${this.origin}/signed-out`,
    });
    window.location.assign(`${this.settings.sign_in_url}/logout?${query}`);
  }
}

export async function openSession(): Promise<Session> {
  const answer = await fetch("/settings.json", { cache: "no-store" });
  if (!answer.ok) throw new Error(`settings.json: ${answer.status}`);
  const settings: Settings = await answer.json();
  const { origin } = window.location;
  return new Session(managerOf(settings, origin), settings, origin);
}

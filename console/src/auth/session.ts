import {
  ErrorResponse,
  type User,
  UserManager,
  type UserManagerSettings,
  WebStorageStateStore,
} from "oidc-client-ts";
import { forgetKept } from "../ui/kept";
import { type Ending, isOwnTab, otherTabs, type Tabs } from "./tabs";

/** That a bench was locked in this browser, and nobody signed in since. */
const LOCKED = "packhorse-locked";
const isLocked = () => localStorage.getItem(LOCKED) !== null;

/** A token that is not accepted any more; whatever else happens to a refresh says nothing about who is signed in. */
const isRefused = (error: unknown) => error instanceof ErrorResponse && error.error === "invalid_grant";

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
    automaticSilentRenew: false, // `Session` renews them, so that nobody else uses the same refresh token
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
    private readonly tabs: Tabs,
  ) {
    manager.events.addAccessTokenExpiring(async () => {
      await this.refresh().catch(() => null); // the next request tries again
    });
    tabs.onmessage = ({ data }) => this.follow(data);
  }

  /** Returns false while the browser leaves for the sign-in page. */
  async start(path: string): Promise<boolean> {
    if (!(await isOwnTab())) await this.manager.removeUser(); // a copy of the tokens of another tab
    if (path.startsWith("/signed-out")) return true;
    if (path.startsWith("/signed-in")) return this.finish();
    if (await this.token()) return true;
    await this.signIn(path);
    return false;
  }

  private async finish(): Promise<boolean> {
    try {
      const user = await this.manager.signinRedirectCallback();
      localStorage.removeItem(LOCKED);
      const back = (user.state as { path?: string } | undefined)?.path ?? "/";
      window.history.replaceState(null, "", back);
      return true;
    } catch {
      await this.signIn("/"); // an old address, or a state of another tab
      return false;
    }
  }

  /** The token, null where somebody has to sign in; throws where it cannot be known. */
  async token(): Promise<string | null> {
    if (isLocked()) return null;
    const user = await this.manager.getUser();
    if (user?.access_token && !user.expired) return user.access_token;
    return (await this.refresh())?.access_token ?? null;
  }

  /** One refresh at a time: a refresh token counts once. Null where there is none, or it is refused; throws else. */
  async refresh(): Promise<User | null> {
    this.refreshing ??= this.renewed().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async renewed(): Promise<User | null> {
    if (isLocked() || !(await this.manager.getUser())?.refresh_token) return null;
    try {
      return await this.manager.signinSilent();
    } catch (error) {
      if (isRefused(error)) return null;
      throw error;
    }
  }

  /** Have somebody sign in; after a lock although the sign-in page may remember who was here. */
  async signIn(path: string): Promise<void> {
    await this.manager.removeUser();
    await this.manager.signinRedirect({ state: { path }, ...(isLocked() && { prompt: "login" }) });
  }

  /** Have somebody sign in where there is no token any more; at a locked bench that is for who comes to it. */
  async signInUnlessLocked(path: string): Promise<void> {
    if (!isLocked()) await this.signIn(path);
  }

  /** Drop the tokens of who was here, in all tabs; who goes on says who that is, also after a reload. */
  async lock(): Promise<void> {
    localStorage.setItem(LOCKED, "");
    this.tabs.postMessage("locked");
    await this.dropTokens();
  }

  /** Sign in although the sign-in page may remember the person: whoever stands there now says who that is. */
  async signInAnew(path: string): Promise<void> {
    await this.manager.signinRedirect({ state: { path }, prompt: "login" });
  }

  async signOut(): Promise<void> {
    forgetKept();
    this.tabs.postMessage("signed-out");
    await this.dropTokens();
    const query = new URLSearchParams({
      client_id: this.settings.client_id,
      logout_uri: `${this.origin}/signed-out`,
    });
    window.location.assign(`${this.settings.sign_in_url}/logout?${query}`);
  }

  /** Do as another tab does in which somebody signed out, or locked the bench. */
  private async follow(ending: Ending): Promise<void> {
    if (ending === "signed-out") forgetKept();
    await this.dropTokens();
    window.location.assign("/signed-out");
  }

  private async dropTokens(): Promise<void> {
    await this.refreshing?.catch(() => null); // it would store its tokens afterwards
    const user = await this.manager.getUser();
    await this.manager.removeUser();
    if (!user?.refresh_token) return;
    const body = new URLSearchParams({ token: user.refresh_token, client_id: this.settings.client_id });
    const revoked = fetch(this.manager.settings.metadata?.revocation_endpoint ?? "", {
      method: "POST",
      body,
      keepalive: true, // the page may be left before the answer
    });
    revoked.catch(() => undefined); // it ends by itself
  }
}

export async function openSession(): Promise<Session> {
  const answer = await fetch("/settings.json", { cache: "no-store" });
  if (!answer.ok) throw new Error(`settings.json: ${answer.status}`);
  const settings: Settings = await answer.json();
  const { origin } = window.location;
  return new Session(managerOf(settings, origin), settings, origin, otherTabs());
}

//! Which of the server's error codes say that it, not the request, is the matter.
//!
//! The names are those of `error_codes.yml` in the server's source.

/// A time limit of ours was reached, or somebody ended the operation: `MaxTimeMSExpired`,
/// `Interrupted`.
pub(super) const LATE: [i32; 2] = [50, 11601];

/// The server cannot serve now, or not us.
pub(super) const AWAY: [i32; 34] = [
    6,     // HostUnreachable
    7,     // HostNotFound
    89,    // NetworkTimeout
    202,   // NetworkInterfaceExceededTimeLimit
    9001,  // SocketException
    91,    // ShutdownInProgress
    11600, // InterruptedAtShutdown
    94,    // NotYetInitialized
    189,   // PrimarySteppedDown
    10058, // LegacyNotPrimary
    10107, // NotWritablePrimary
    11602, // InterruptedDueToReplStateChange
    13435, // NotPrimaryNoSecondaryOk
    13436, // NotPrimaryOrSecondary
    133,   // FailedToSatisfyReadPreference
    134,   // ReadConcernMajorityNotAvailableYet
    // A server that knows its users and has just started refuses the times clients tell it until
    // it has read the keys they are signed with.
    211,   // KeyNotFound
    64,    // WriteConcernFailed
    79,    // UnknownReplWriteConcern
    100,   // UnsatisfiableWriteConcern
    24,    // LockTimeout
    46,    // LockBusy
    43,    // CursorNotFound
    237,   // CursorKilled
    175,   // QueryPlanKilled
    262,   // ExceededTimeLimit: a wait of the server's own
    279,   // ClientDisconnect
    317,   // ConnectionPoolExpired
    14031, // OutOfDiskSpace
    11,    // UserNotFound
    13,    // Unauthorized
    18,    // AuthenticationFailed
    391,   // ReauthenticationRequired
    8000,  // AtlasError
];

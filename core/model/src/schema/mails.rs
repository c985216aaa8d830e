//! The default mail texts of an auth collection: subject and body (http-api.md 3.9).

pub(super) const VERIFICATION: (&str, &str) = (
    "Confirm your email for {APP_NAME}",
    "<p>Hi,</p>\n\
     <p>please confirm that this address belongs to your {APP_NAME} account:</p>\n\
     <p><a class=\"btn\" href=\"{APP_URL}/_/#/auth/confirm-verification/{TOKEN}\">Confirm email</a></p>\n\
     <p>Did you not sign up? Then there is nothing you need to do.</p>\n\
     <p>{APP_NAME}</p>",
);

pub(super) const RESET_PASSWORD: (&str, &str) = (
    "Choose a new {APP_NAME} password",
    "<p>Hi,</p>\n\
     <p>someone asked for a new password for your {APP_NAME} account. You can choose one here:</p>\n\
     <p><a class=\"btn\" href=\"{APP_URL}/_/#/auth/confirm-password-reset/{TOKEN}\">Choose a password</a></p>\n\
     <p>Was it not you? Your password stays as it is.</p>\n\
     <p>{APP_NAME}</p>",
);

pub(super) const CONFIRM_EMAIL_CHANGE: (&str, &str) = (
    "Confirm your new {APP_NAME} email",
    "<p>Hi,</p>\n\
     <p>please confirm this as the new address of your {APP_NAME} account:</p>\n\
     <p><a class=\"btn\" href=\"{APP_URL}/_/#/auth/confirm-email-change/{TOKEN}\">Confirm new email</a></p>\n\
     <p>Was it not you? Your account keeps its present address.</p>\n\
     <p>{APP_NAME}</p>",
);

pub(super) const OTP: (&str, &str) = (
    "Your {APP_NAME} code",
    "<p>Hi,</p>\n\
     <p>your code to sign in is <strong>{OTP}</strong></p>\n\
     <p>Did you not ask for one? Then there is nothing you need to do.</p>\n\
     <p>{APP_NAME}</p>",
);

pub(super) const AUTH_ALERT: (&str, &str) = (
    "New sign-in to {APP_NAME}",
    "<p>Hi,</p>\n\
     <p>your {APP_NAME} account was just used from a place we have not seen before:</p>\n\
     <p><em>{ALERT_INFO}</em></p>\n\
     <p>Was it not you? <strong>Change your password now</strong>: that signs out everybody else.</p>\n\
     <p>{APP_NAME}</p>",
);

//! Submitted settings and the answers observed.

/// Those refused.
pub(super) const REFUSED: &[(&str, &str)] = &[
    (
        r##"{"meta": {"appName": "", "appURL": "", "senderName": "", "senderAddress": "", "accentColor": ""}} "##,
        r##"meta.appName validation_required Cannot be blank. | meta.appURL validation_required Cannot be blank. | meta.senderAddress validation_required Cannot be blank. | meta.senderName validation_required Cannot be blank."##,
    ),
    (
        r##"{"meta": {"appName": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "appURL": "nope", "senderName": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "senderAddress": "nope", "accentColor": "red"}} "##,
        r##"meta.accentColor validation_length_invalid The length must be exactly 7. max=7 min=7 | meta.appName validation_length_out_of_range The length must be between 1 and 255. max=255 min=1 | meta.appURL validation_is_url Must be a valid URL. | meta.senderAddress validation_is_email Must be a valid email address. | meta.senderName validation_length_out_of_range The length must be between 1 and 255. max=255 min=1"##,
    ),
    (
        r##"{"meta": {"accentColor": "#fff"}} "##,
        r##"meta.accentColor validation_length_invalid The length must be exactly 7. max=7 min=7"##,
    ),
    (
        r##"{"meta": {"accentColor": "#fffFFF", "appURL": "localhost", "hideControls": true}} "##,
        r##"meta.appURL validation_is_url Must be a valid URL."##,
    ),
    (r##"{"meta": {"appName": null}} "##, r##"meta.appName validation_required Cannot be blank."##),
    (
        r##"{"meta": null} "##,
        r##"meta.appName validation_required Cannot be blank. | meta.appURL validation_required Cannot be blank. | meta.senderAddress validation_required Cannot be blank. | meta.senderName validation_required Cannot be blank."##,
    ),
    (r##"{"meta": 5} "##, r##"UNREADABLE"##),
    (
        r##"{"smtp": {"enabled": true, "host": "", "port": 0}} "##,
        r##"smtp.host validation_required Cannot be blank. | smtp.port validation_required Cannot be blank."##,
    ),
    (
        r##"{"smtp": {"host": "a b", "port": -5, "authMethod": "x", "localName": "a b"}} "##,
        r##"smtp.authMethod validation_in_invalid Must be a valid value. | smtp.host validation_is_host Must be a valid IP address or DNS name. | smtp.localName validation_is_host Must be a valid IP address or DNS name. | smtp.port validation_min_greater_equal_than_required Must be no less than 0. threshold=0"##,
    ),
    (
        r##"{"smtp": {"enabled": true, "host": "a b", "port": -5, "authMethod": "x", "localName": "a b"}} "##,
        r##"smtp.authMethod validation_in_invalid Must be a valid value. | smtp.host validation_is_host Must be a valid IP address or DNS name. | smtp.localName validation_is_host Must be a valid IP address or DNS name. | smtp.port validation_min_greater_equal_than_required Must be no less than 0. threshold=0"##,
    ),
    (r##"{"smtp": {"port": 1.5}} "##, r##"UNREADABLE"##),
    (
        r##"{"s3": {"enabled": true}} "##,
        r##"s3.accessKey validation_required Cannot be blank. | s3.bucket validation_required Cannot be blank. | s3.endpoint validation_required Cannot be blank. | s3.region validation_required Cannot be blank. | s3.secret validation_required Cannot be blank."##,
    ),
    (
        r##"{"s3": {"enabled": true, "bucket": "b", "region": "r", "endpoint": "nope nope", "accessKey": "a", "secret": "s"}} "##,
        r##"s3.endpoint validation_is_url Must be a valid URL."##,
    ),
    (
        r##"{"s3": {"enabled": false, "endpoint": "zz zz"}} "##,
        r##"s3.endpoint validation_is_url Must be a valid URL."##,
    ),
    (r##"{"backups": {"cron": "nope"}} "##, r##"backups.cron validation_invalid_cron *"##),
    (r##"{"backups": {"cron": "* * * *"}} "##, r##"backups.cron validation_invalid_cron *"##),
    (r##"{"backups": {"cron": "60 * * * *"}} "##, r##"backups.cron validation_invalid_cron *"##),
    (
        r##"{"backups": {"cron": "0 0 * * *", "cronMaxKeep": 0}} "##,
        r##"backups.cronMaxKeep validation_required Cannot be blank."##,
    ),
    (
        r##"{"backups": {"cron": "", "cronMaxKeep": -1}} "##,
        r##"backups.cronMaxKeep validation_min_greater_equal_than_required Must be no less than 1. threshold=1"##,
    ),
    (
        r##"{"backups": {"cron": "@reboot", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "@every 5m", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "*/0 * * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "5-1 * * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 24 * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 0 0 * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 0 32 * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 0 1 0 *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 0 1 13 *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 0 1 1 7", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 0 1 1 -1", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "a * * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "  0 0 * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0  0 * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 0 * * mon", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 0 * jan *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "*/60 * * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "1/2 * * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "* * * * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0 0 * * 1,", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "0-59/60 * * * *", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "@DAILY", "cronMaxKeep": 3}} "##,
        r##"backups.cron validation_invalid_cron *"##,
    ),
    (
        r##"{"backups": {"cron": "", "cronMaxKeep": 3, "s3": {"enabled": true}}} "##,
        r##"backups.s3.accessKey validation_required Cannot be blank. | backups.s3.bucket validation_required Cannot be blank. | backups.s3.endpoint validation_required Cannot be blank. | backups.s3.region validation_required Cannot be blank. | backups.s3.secret validation_required Cannot be blank."##,
    ),
    (
        r##"{"batch": {"enabled": true, "maxRequests": 0, "timeout": 0, "maxBodySize": -1}} "##,
        r##"batch.maxBodySize validation_min_greater_equal_than_required Must be no less than 0. threshold=0 | batch.maxRequests validation_required Cannot be blank. | batch.timeout validation_required Cannot be blank."##,
    ),
    (
        r##"{"batch": {"enabled": true, "maxRequests": -1, "timeout": -1, "maxBodySize": -1}} "##,
        r##"batch.maxBodySize validation_min_greater_equal_than_required Must be no less than 0. threshold=0 | batch.maxRequests validation_min_greater_equal_than_required Must be no less than 0. threshold=0 | batch.timeout validation_min_greater_equal_than_required Must be no less than 0. threshold=0"##,
    ),
    (
        r##"{"batch": {"enabled": false, "maxRequests": -1, "timeout": -1, "maxBodySize": -1}} "##,
        r##"batch.maxBodySize validation_min_greater_equal_than_required Must be no less than 0. threshold=0 | batch.maxRequests validation_min_greater_equal_than_required Must be no less than 0. threshold=0 | batch.timeout validation_min_greater_equal_than_required Must be no less than 0. threshold=0"##,
    ),
    (
        r##"{"logs": {"maxDays": -1, "maxDataSize": -1, "minLevel": -100}} "##,
        r##"logs.maxDataSize validation_min_greater_equal_than_required Must be no less than 0. threshold=0 | logs.maxDays validation_min_greater_equal_than_required Must be no less than 0. threshold=0"##,
    ),
    (r##"{"logs": {"maxDays": 5, "maxDataSize": 0, "minLevel": "x"}} "##, r##"UNREADABLE"##),
    (
        r##"{"superuserIPs": ["1.2.3.4", "::1", "10.0.0.0/8", "nope", "1.2.3.4/33", "", "1.2.3.4/", "fe80::1%eth0", "1.2.3", "::/0", "10.0.0.1/8", "1.2.3.4, 2.3.4.5", "01.2.3.4", "::ffff:1.2.3.4"]} "##,
        r##"superuserIPs.11 validation_invlaid_ip_or_subnet Invalid IP or CIDR subnet. | superuserIPs.12 validation_invlaid_ip_or_subnet Invalid IP or CIDR subnet. | superuserIPs.3 validation_invlaid_ip_or_subnet Invalid IP or CIDR subnet. | superuserIPs.4 validation_invlaid_ip_or_subnet Invalid IP or CIDR subnet. | superuserIPs.5 validation_required Cannot be blank. | superuserIPs.6 validation_invlaid_ip_or_subnet Invalid IP or CIDR subnet. | superuserIPs.8 validation_invlaid_ip_or_subnet Invalid IP or CIDR subnet."##,
    ),
    (r##"{"superuserIPs": "x"} "##, r##"UNREADABLE"##),
    (
        r##"{"rateLimits": {"excludedIPs": ["127.0.0.1", "zz"]}} "##,
        r##"rateLimits.excludedIPs.1 validation_invlaid_ip_or_subnet Invalid IP or CIDR subnet."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "", "duration": 0, "maxRequests": 0}]}} "##,
        r##"rateLimits.rules.0.duration validation_required Cannot be blank. | rateLimits.rules.0.label validation_required Cannot be blank. | rateLimits.rules.0.maxRequests validation_required Cannot be blank."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "", "duration": 0, "maxRequests": 0}], "enabled": true}} "##,
        r##"rateLimits.rules.0.duration validation_required Cannot be blank. | rateLimits.rules.0.label validation_required Cannot be blank. | rateLimits.rules.0.maxRequests validation_required Cannot be blank."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo", "duration": 0, "maxRequests": 0}]}} "##,
        r##"rateLimits.rules.0.duration validation_required Cannot be blank. | rateLimits.rules.0.maxRequests validation_required Cannot be blank."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo bar", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "api/x", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "GET api", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo:list:x", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "a b c", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": " foo", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "GET  /a", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "/a b", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "*", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo*", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo-bar", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo.bar", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.0.label validation_match_invalid Must be in a valid format."##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo", "duration": -1, "maxRequests": -1, "audience": "@x"}], "enabled": true}} "##,
        r##"rateLimits.rules.0.audience validation_in_invalid Must be a valid value. | rateLimits.rules.0.duration validation_min_greater_equal_than_required Must be no less than 1. threshold=1 | rateLimits.rules.0.maxRequests validation_min_greater_equal_than_required Must be no less than 1. threshold=1"##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo", "duration": 1, "maxRequests": 1, "audience": "@guest"}, {"label": "foo", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.1.label validation_conflicting_rate_limit_rule Rate limit rule configuration with label foo already exists or conflicts with another rule. label="foo""##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo", "duration": 1, "maxRequests": 1}, {"label": "foo", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
        r##"rateLimits.rules.1.label validation_conflicting_rate_limit_rule Rate limit rule configuration with label foo already exists or conflicts with another rule. label="foo""##,
    ),
    (
        r##"{"rateLimits": {"rules": [{"label": "foo", "duration": 1, "maxRequests": 1}, {"label": "foo", "duration": 1, "maxRequests": 1}], "enabled": false}} "##,
        r##"rateLimits.rules.1.label validation_conflicting_rate_limit_rule Rate limit rule configuration with label foo already exists or conflicts with another rule. label="foo""##,
    ),
    (
        r##"{"rateLimits": {"rules": [], "enabled": true}} "##,
        r##"rateLimits.rules validation_required Cannot be blank."##,
    ),
];

/// Those accepted.
pub(super) const ACCEPTED: &[&str] = &[
    r##"{"meta": {"appURL": "http://localhost:8090"}} "##,
    r##"{"Meta": {"AppName": "zz"}} "##,
    r##"{"META": {"APPNAME": "zz"}} "##,
    r##"{"meta": {"appname": "zz"}} "##,
    r##"{"smtp": {"enabled": false, "host": "", "port": 0}} "##,
    r##"{"smtp": {"enabled": true, "host": "a_b.c", "port": 99999, "authMethod": "LOGIN", "localName": "foo.bar", "username": "u", "password": "p"}} "##,
    r##"{"smtp": {"enabled": false, "host": "smtp.example.com", "port": 587, "authMethod": "PLAIN", "localName": ""}} "##,
    r##"{"s3": {"enabled": true, "bucket": "b", "region": "r", "endpoint": "foo.bar", "accessKey": "a", "secret": "s"}} "##,
    r##"{"backups": {"cron": "", "cronMaxKeep": 0}} "##,
    r##"{"backups": {"cron": "@daily", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "@hourly", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "@yearly", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "@annually", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "@monthly", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "@weekly", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "@midnight", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "*/5 * * * *", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "1-5 * * * *", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "1-5/2 * * * *", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "1,2,3 * * * *", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "0 0 1 1 6", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "*/59 * * * *", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "01 * * * *", "cronMaxKeep": 3}} "##,
    r##"{"backups": {"cron": "+1 * * * *", "cronMaxKeep": 3}} "##,
    r##"{"batch": {"enabled": false, "maxRequests": 50, "timeout": 3, "maxBodySize": 0}} "##,
    r##"{"logs": {"maxDays": 0, "maxDataSize": 10}} "##,
    r##"{"logs": {"maxDays": 5, "maxDataSize": 0, "minLevel": 0}} "##,
    r##"{"superuserIPs": null} "##,
    r##"{"trustedProxy": {"headers": ["X-Forwarded-For", "a b", ""], "useLeftmostIP": true}} "##,
    r##"{"trustedProxy": {"headers": [], "useLeftmostIP": false}} "##,
    r##"{"rateLimits": {"rules": [{"label": "foo", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "foo:bar", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "*:create", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "users:authWithPassword", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "users:nope", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "nope:list", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "GET /api/x", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "FOO /api/x", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "/api", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "/api/", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "get /api/x", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "*:foo", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "*:list", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "POST /", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "/", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "foo", "duration": 1, "maxRequests": 1, "audience": "@guest"}, {"label": "foo", "duration": 1, "maxRequests": 1, "audience": "@auth"}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "/a/", "duration": 1, "maxRequests": 1}, {"label": "/a/b", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "/a", "duration": 1, "maxRequests": 1}, {"label": "/a/b", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [{"label": "/a/b", "duration": 1, "maxRequests": 1}, {"label": "/a/", "duration": 1, "maxRequests": 1}], "enabled": true}} "##,
    r##"{"rateLimits": {"rules": [], "enabled": false}} "##,
    r##"{} "##,
    r##"{"zzz": 1} "##,
    r##"{"meta": {"appName": "Acme"}, "meta2": 1} "##,
];

CREATE TABLE countries (code CHAR(2) PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE customers (
    customer_no BIGINT AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(120) NOT NULL UNIQUE,
    country CHAR(2),
    referrer BIGINT,
    credit DECIMAL(10,2),
    vip BOOLEAN NOT NULL DEFAULT FALSE,
    points INTEGER NOT NULL DEFAULT 100,
    note TEXT,
    photo BLOB,
    FOREIGN KEY (country) REFERENCES countries (code),
    FOREIGN KEY (referrer) REFERENCES customers (customer_no)
);
CREATE TABLE `Order Heads` (
    `order id` /*M!100700 UUID */ /*!80000 CHAR(36) */ PRIMARY KEY,
    customer BIGINT NOT NULL,
    number INTEGER NOT NULL,
    total DOUBLE NOT NULL,
    payload JSON,
    `expand` TEXT,
    UNIQUE (customer, number),
    FOREIGN KEY (customer) REFERENCES customers (customer_no) ON DELETE CASCADE
);
CREATE TABLE `lines` (head VARCHAR(36) NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (head, place));
CREATE VIEW customer_totals AS
    SELECT customer AS id, sum(total) AS total FROM `Order Heads` GROUP BY customer;
INSERT INTO countries VALUES ('DE', 'Germany'), ('FR', 'France');
INSERT INTO customers (customer_no, email, country, referrer, credit, vip, note, photo) VALUES
    (1, 'ann@x.org', 'DE', NULL, 10.5, TRUE, NULL, x'00ff'),
    (7, 'bob@x.org', NULL, 1, NULL, FALSE, '', NULL),
    (9007199254740993, 'big@x.org', 'FR', 7, 0, FALSE, 'n', NULL);
INSERT INTO `Order Heads` VALUES
    ('018f4cbb-3823-7fff-bfff-ffffffffffff', 1, 1, 9.5, '{"a": 1}', NULL),
    ('018f4cbb-3823-7fff-bfff-fffffffffff0', 7, 1, 20, NULL, 'x');

'use strict';

// Numbers as people read them: three digits that matter, and a unit.

const NumberText = {
  /** 12345 is `12.3k`. */
  short(value) {
    if (value === null || value === undefined) return '–';
    const size = Math.abs(value);
    if (size >= 999500000) return NumberText.digits(value / 1e9) + 'G';
    if (size >= 999500) return NumberText.digits(value / 1e6) + 'M';
    if (size >= 9999.5) return NumberText.digits(value / 1e3) + 'k';
    return size >= 100 || Number.isInteger(value) ? String(Math.round(value)) : NumberText.digits(value);
  },
  /** 1234567 is `1 234 567`. */
  exact(value) {
    if (value === null || value === undefined) return '–';
    return String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f');
  },
  rate(value) {
    return value === null || value === undefined ? '–' : NumberText.short(value) + '/s';
  },
  seconds(value) {
    if (value === null || value === undefined) return '–';
    if (value >= 120) return NumberText.duration(value);
    if (value >= 1) return NumberText.digits(value) + ' s';
    if (value >= 1e-3) return NumberText.digits(value * 1e3) + ' ms';
    if (value >= 1e-6) return NumberText.digits(value * 1e6) + ' µs';
    return NumberText.digits(value * 1e9) + ' ns';
  },
  /** Two units: `3 h 12 min`. */
  duration(value) {
    const whole = Math.max(0, Math.floor(value));
    if (whole < 60) return whole + ' s';
    if (whole < 3600) return Math.floor(whole / 60) + ' min ' + (whole % 60) + ' s';
    if (whole < 86400) return Math.floor(whole / 3600) + ' h ' + Math.floor(whole % 3600 / 60) + ' min';
    return Math.floor(whole / 86400) + ' d ' + Math.floor(whole % 86400 / 3600) + ' h';
  },
  bytes(value) {
    if (value === null || value === undefined) return '–';
    if (value < 1024) return value + ' B';
    if (value < 1024 * 1024) return NumberText.digits(value / 1024) + ' KiB';
    if (value < 1024 * 1024 * 1024) return NumberText.digits(value / 1024 / 1024) + ' MiB';
    return NumberText.digits(value / 1024 / 1024 / 1024) + ' GiB';
  },
  percent(share) {
    const value = share * 100;
    return (value >= 10 || value === 0 ? Math.round(value) : NumberText.digits(value)) + ' %';
  },
  digits(value) {
    const size = Math.abs(value);
    if (size === 0) return '0';
    if (size >= 99.95) return value.toFixed(0);
    if (size >= 9.995) return value.toFixed(1).replace(/\.0$/, '');
    return value.toFixed(size >= 0.095 ? 1 : 2).replace(/\.?0+$/, '') || '0';
  },
};

/**
 * Holds the stand-in to Electron's own types: where a method the shell uses has another shape there,
 * this file does not compile. Constructors and event listeners are left out: their overloads cannot be
 * compared.
 */
import type * as electron from 'electron';
import type * as standIn from './electron-module.ts';

type Has<T, K extends keyof T> = { [Name in K]: T[Name] };
type Fits<Given extends Wanted, Wanted> = Given;

export type App = Fits<
  typeof standIn.app,
  Has<electron.App, 'enableSandbox' | 'isPackaged' | 'getPath' | 'setPath' | 'quit' | 'exit'> & {
    requestSingleInstanceLock(): boolean;
    commandLine: Has<electron.CommandLine, 'appendSwitch' | 'hasSwitch'>;
  }
>;
export type Window = Fits<
  standIn.BrowserWindow,
  Has<electron.BrowserWindow, 'loadURL' | 'close' | 'focus' | 'restore' | 'isMinimized'> &
    Has<electron.BrowserWindow, 'getBounds' | 'setFullScreen' | 'isFullScreen' | 'isDestroyed'>
>;
export type Contents = Fits<
  standIn.BrowserWindow['webContents'],
  Has<electron.WebContents, 'forcefullyCrashRenderer' | 'isDevToolsOpened' | 'getURL' | 'loadURL'>
>;
export type Blocker = Fits<
  typeof standIn.powerSaveBlocker,
  Has<electron.PowerSaveBlocker, 'start'>
>;
